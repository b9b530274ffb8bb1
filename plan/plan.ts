import { adoptedRelease } from "./adopted-release";
import { compositionKey } from "./composition";
import { describePlan } from "./description";
import { hasBackupSinceLastChange, liveMap, liveSide } from "./history";
import { nextRun, openRun, type NextRun } from "./next-run";
import type { ComposedRelease, Facts, Observed } from "./observed";
import type { Problem } from "./problem";
import { chooseLiveRelease, type Chosen, chooseRelease, type ReleaseChoice } from "./releases";
import { compositionProblems } from "./release-problems";
import { phasesOfStack, scopeOf, sideOfStack } from "./scope";
import { missingContexts, serviceImages } from "./service-images";
import type { Settings } from "./settings";
import { settingsProblems } from "./settings-problems";
import { AS_LEFT, carriedBy, overwrites } from "./source";
import {
  type ChosenVolumes,
  type SourceContext,
  sourcesForAdoption,
  sourcesForFirstDeployment,
  sourcesForLiveSide,
  sourcesForSwitch,
} from "./sources";
import { topologyFor } from "./topologies";
import type { StackName } from "./topology";
import type {
  ChangeRequest,
  Refs,
  Release,
  RequestSettings,
  UntrackedFiles,
  Wanted,
} from "./wanted";

/** What a run is going to do, or why it refuses. */
export type Plan =
  | {
      readonly ok: true;
      readonly run: NextRun["kind"];
      readonly request: ChangeRequest;
      /** What `pulumi preview` shows beside the resources: sources, git changes, what is left behind. */
      readonly description: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Decides the whole run from the settings and what was observed once; touches nothing (document: all of it). */
export function planFor(settings: Settings, observed: Observed): Plan {
  const problems = settingsProblems(settings, observed);
  const requested = requestSettings(settings);
  const open = openRun(observed, settings.stack, requested);
  if (open?.kind === "refuse") problems.push(openChangeProblem(open.open.request));
  if (problems.length > 0) return { ok: false, problems };
  if (open?.kind === "continue")
    return planned("continue", open.change.request, settings, observed);

  const chosen = chooseWanted(settings, observed);
  if (!chosen.ok) return chosen;
  const { wanted, adopts } = chosen;
  const run = nextRun(observed, wanted);
  if (run.kind === "nothing") return planned("nothing", run.change.request, settings, observed);
  if (run.kind !== "change") throw new Error(`unexpected run ${run.kind}`);
  const request: ChangeRequest = {
    number: run.number,
    kind: run.change,
    stack: settings.stack,
    from: liveSide(observed),
    fromPhases: livePhases(observed),
    wanted,
    settings: requested,
    ...(adopts && run.change === "switch" ? { adopts } : {}),
    overwrites: overwritten(wanted, observed, run.number),
    backsUpFirst: backsUpFirst(wanted, observed, run.number),
  };
  return planned("change", request, settings, observed);
}

function planned(
  run: "nothing" | "continue" | "change",
  request: ChangeRequest,
  settings: Settings,
  observed: Observed,
): Plan {
  return {
    ok: true,
    run,
    request,
    description: describePlan(run, request, observed, settings.oneTime),
  };
}

type ChosenWanted =
  | { readonly ok: true; readonly wanted: Wanted; readonly adopts?: Wanted }
  | { readonly ok: false; readonly problems: readonly Problem[] };

function chooseWanted(settings: Settings, observed: Observed): ChosenWanted {
  const side = liveSide(observed);
  const live = liveMap(observed);
  const number = observed.recorded.highest + 1;
  if (side === settings.stack && live !== undefined)
    return liveWanted(settings, observed, live.wanted, number);
  if (side === null) return enteringWanted(settings, observed, number, sourcesForFirstDeployment);
  if (side === settings.stack) return adoptedWanted(settings, observed, number);
  if (live !== undefined) return enteringWanted(settings, observed, number, sourcesForSwitch);
  const adopted = adoptedWanted({ ...settings, stack: side }, observed, number);
  const entering = enteringWanted(settings, observed, number + 1, sourcesForSwitch);
  if (!adopted.ok || !entering.ok)
    return { ok: false, problems: [...problemsOf(adopted), ...problemsOf(entering)] };
  return { ...entering, adopts: adopted.wanted };
}

function problemsOf(chosen: ChosenWanted): readonly Problem[] {
  return chosen.ok ? [] : chosen.problems;
}

function liveWanted(
  settings: Settings,
  observed: Observed,
  live: Wanted,
  number: number,
): ChosenWanted {
  const consumed = liveMap(observed)?.change.request.settings.restore === settings.oneTime.restore;
  const restore = consumed ? undefined : settings.oneTime.restore;
  const choice = chooseLiveRelease(settings, observed, number);
  const volumes = sourcesForLiveSide(sourceContext(settings, observed, number), live, restore);
  return assemble(settings, observed, choice, volumes);
}

function enteringWanted(
  settings: Settings,
  observed: Observed,
  number: number,
  sources: (context: SourceContext) => ChosenVolumes,
): ChosenWanted {
  const choice = chooseRelease(settings, observed, number);
  return assemble(settings, observed, choice, sources(sourceContext(settings, observed, number)));
}

/** A live side that no record knows is taken for the whole end of the scale that its stack is. */
function adoptedWanted(settings: Settings, observed: Observed, number: number): ChosenWanted {
  const ends: Settings = { ...withoutScope(settings), phases: {}, phaseRefs: {} };
  const topology = topologyFor(phasesOfStack(settings.stack));
  const composed = adoptedRelease(observed, settings.stack, (release) =>
    Object.values(serviceImages(topology, release, settings.namePrefix, settings.images)),
  );
  const volumes = sourcesForAdoption(sourceContext(ends, observed, number));
  if (composed === undefined) throw new Error("the release that runs was not composed");
  if (volumes.problems.length > 0) return { ok: false, problems: volumes.problems };
  const refs = { earlier: null, simplified: null, phases: {} };
  const own = { [sideOfStack(settings.stack)]: composed.release.commit };
  return wantedOf(ends, composed, {
    refs: { ...refs, ...own },
    untracked: { source: AS_LEFT, number },
    volumes: volumes.volumes,
  });
}

function withoutScope(settings: Settings): Omit<Settings, "scenario"> {
  const { scenario: _, ...others } = settings;
  return others;
}

function livePhases(facts: Facts): readonly number[] {
  const side = liveSide(facts);
  return liveMap(facts)?.wanted.rolledBackPhases ?? (side === null ? [] : phasesOfStack(side));
}

function sourceContext(settings: Settings, observed: Observed, number: number): SourceContext {
  return { settings, facts: observed, phases: scopeOf(settings).phases, number };
}

/** What is carried is seeded from it, and no switch leaves an earlier side that has no backup since its last change. */
function backsUpFirst(wanted: Wanted, facts: Facts, number: number): boolean {
  if (carriedBy(wanted.volumes, number).length > 0) return true;
  return (
    wanted.stack === "simplified" &&
    liveSide(facts) === "pre-simplification" &&
    !hasBackupSinceLastChange(facts)
  );
}

function assemble(
  settings: Settings,
  observed: Observed,
  choice: Chosen<ReleaseChoice>,
  chosen: ChosenVolumes,
): ChosenWanted {
  const problems = [...(choice.ok ? [] : choice.problems), ...chosen.problems];
  if (!choice.ok || problems.length > 0) return { ok: false, problems };
  const { refs, composition, untracked } = choice.value;
  const composed = observed.releases[compositionKey(composition)];
  if (composed === undefined) throw new Error(`${composition.commit} was not composed`);
  const { volumes } = chosen;
  const unfit = compositionProblems(settings, observed, composed, volumes);
  if (unfit.length > 0) return { ok: false, problems: unfit };
  const composedOf = composition.untracked;
  const files = composedOf.overlays.length === 0 ? untracked : { ...untracked, composedOf };
  return wantedOf(settings, composed, { refs, untracked: files, volumes });
}

function wantedOf(
  settings: Settings,
  { release, untracked: contentId }: ComposedRelease,
  chosen: Pick<Wanted, "volumes"> & { refs: Refs; untracked: Omit<UntrackedFiles, "contentId"> },
): ChosenWanted {
  const { phases, scenario } = scopeOf(settings);
  const topology = topologyFor(phases);
  const missing = missingContexts(topology, release);
  if (missing.length > 0) return { ok: false, problems: [missingContextProblem(release, missing)] };
  const wanted: Wanted = {
    stack: settings.stack,
    rolledBackPhases: phases,
    scenario,
    release,
    refs: chosen.refs,
    untracked: { ...chosen.untracked, contentId },
    volumes: chosen.volumes,
    images: serviceImages(topology, release, settings.namePrefix, settings.images),
    ports: settings.ports,
  };
  return { ok: true, wanted };
}

function missingContextProblem(release: Release, services: readonly string[]): Problem {
  return {
    subject: `commit ${release.commit.slice(0, 12)}`,
    what: `has no folder to build ${services.join(", ")} from`,
    advice: ["choose another commit (preRef, simplifiedRef)"],
  };
}

function overwritten(wanted: Wanted, facts: Facts, number: number): readonly string[] {
  return Object.entries(wanted.volumes)
    .filter(
      ([name, chosen]) =>
        chosen.number === number && overwrites(chosen.source) && facts.volumes.includes(name),
    )
    .map(([name]) => name);
}

function requestSettings(settings: Settings): RequestSettings {
  const { oneTime, preRef, simplifiedRef, phaseRefs, ports, images } = settings;
  const { phases, scenario } = scopeOf(settings);
  return {
    ...oneTime,
    ...(preRef === undefined ? {} : { preRef }),
    ...(simplifiedRef === undefined ? {} : { simplifiedRef }),
    phaseRefs,
    rolledBackPhases: phases,
    scenario,
    ports,
    images: { ...images },
  };
}

function openChangeProblem(open: { number: number; stack: StackName }): Problem {
  return {
    subject: `change ${open.number}`,
    what: `to "${open.stack}" is not finished, and this run asks for something else`,
    advice: [
      `finish it with the settings it was begun with: pulumi up --stack ${open.stack}`,
      "or give it up (only before its cutover): rollback abort",
    ],
  };
}
