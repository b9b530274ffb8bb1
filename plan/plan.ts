import { describePlan } from "./description";
import { hasBackupSinceLastChange, liveMap, liveSide } from "./history";
import { nextRun, openRun, type NextRun } from "./next-run";
import { type Facts, type Observed, releaseKey } from "./observed";
import { rolledBackPhases } from "./phase-flags";
import type { Problem } from "./problem";
import { adoptedRelease, chooseLiveRelease, chooseRelease, type ReleaseChoice } from "./releases";
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
import type { ChangeRequest, Release, RequestSettings, Wanted } from "./wanted";

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
    wanted,
    settings: requested,
    ...(adopts && run.change === "switch" ? { adopts } : {}),
    overwrites: overwritten(wanted, observed, run.number),
    backsUpFirst: run.change === "switch" && backsUpFirst(wanted, observed, run.number),
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
  return assemble(
    settings,
    observed,
    choice.ok ? choice.value : undefined,
    volumes,
    choice.ok ? [] : choice.problems,
    live.release,
  );
}

function enteringWanted(
  settings: Settings,
  observed: Observed,
  number: number,
  sources: (context: SourceContext) => ChosenVolumes,
): ChosenWanted {
  const choice = chooseRelease(settings, observed, number);
  const volumes = sources(sourceContext(settings, observed, number));
  return assemble(
    settings,
    observed,
    choice.ok ? choice.value : undefined,
    volumes,
    choice.ok ? [] : choice.problems,
  );
}

function adoptedWanted(settings: Settings, observed: Observed, number: number): ChosenWanted {
  const topology = topologyFor(rolledBackPhases(settings.stack));
  const imagesOf = (release: Release) =>
    Object.values(serviceImages(topology, release, settings.namePrefix, settings.images));
  const release = adoptedRelease(observed, settings.stack, imagesOf);
  const volumes = sourcesForAdoption(sourceContext(settings, observed, number));
  const untracked = { source: AS_LEFT, number, contentId: observed.git.untracked };
  const choice = release === undefined ? undefined : { commit: release.commit, untracked };
  return assemble(settings, observed, choice, volumes, [], release);
}

function sourceContext(settings: Settings, observed: Observed, number: number): SourceContext {
  return { settings, facts: observed, number };
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
  choice: ReleaseChoice | undefined,
  chosen: ChosenVolumes,
  problems: readonly Problem[],
  kept?: Release,
): ChosenWanted {
  if (choice === undefined || chosen.problems.length > 0) {
    return { ok: false, problems: [...problems, ...chosen.problems] };
  }
  const release =
    observed.releases[releaseKey(choice.commit, choice.untracked.contentId)] ??
    (kept?.commit === choice.commit ? kept : undefined);
  if (release === undefined) throw new Error(`release ${choice.commit} was not composed`);
  const phases = rolledBackPhases(settings.stack);
  const topology = topologyFor(phases);
  const missing = missingContexts(topology, release);
  if (missing.length > 0) return { ok: false, problems: [missingContextProblem(release, missing)] };
  const wanted: Wanted = {
    stack: settings.stack,
    rolledBackPhases: phases,
    release,
    untracked: choice.untracked,
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
  const { oneTime, preRef, simplifiedRef, ports, images } = settings;
  return {
    ...oneTime,
    ...(preRef === undefined ? {} : { preRef }),
    ...(simplifiedRef === undefined ? {} : { simplifiedRef }),
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
