import { assemblyKey } from "../release/assembly";
import { liveMap, liveSide, liveTopology } from "../model/history";
import type { AssembledRelease, Observed } from "../model/observed";
import type { Problem } from "../problem";
import { refsOfEnd } from "../release/refs";
import { assemblyProblems } from "../release/release-problems";
import {
  adoptedRelease,
  chooseLiveRelease,
  chooseRelease,
  type Chosen,
  type ReleaseChoice,
} from "../release/releases";
import { scopeOf, wholeEnd } from "../release/scope";
import { missingContexts, serviceImages } from "../release/service-images";
import type { Settings } from "../settings/settings";
import { EXISTING } from "../model/source";
import {
  type ChosenVolumes,
  type SourceContext,
  sourcesForAdoption,
  sourcesForFirstDeployment,
  sourcesForLiveSide,
  sourcesForSwitch,
} from "../data/sources";
import type { Refs, Release, UntrackedFiles, Wanted } from "../model/wanted";

export type ChosenWanted =
  | { readonly ok: true; readonly wanted: Wanted; readonly adopts?: Wanted }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The map that a run has to reach; with it, of a live side that no record knows, the map that it has. */
export function chooseWanted(settings: Settings, observed: Observed): ChosenWanted {
  const side = liveSide(observed);
  const live = liveMap(observed);
  const number = observed.recorded.highest + 1;
  if (side === settings.stack && live !== undefined)
    return liveWanted(settings, observed, live.wanted, number);
  if (side === null) return incomingWanted(settings, observed, number, sourcesForFirstDeployment);
  if (side === settings.stack) return adoptedWanted(settings, observed, number);
  if (live !== undefined) return incomingWanted(settings, observed, number, sourcesForSwitch);
  const adopted = adoptedWanted({ ...settings, stack: side }, observed, number);
  const incoming = incomingWanted(settings, observed, number + 1, sourcesForSwitch);
  if (!adopted.ok || !incoming.ok)
    return { ok: false, problems: [...problemsOf(adopted), ...problemsOf(incoming)] };
  return { ...incoming, adopts: adopted.wanted };
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

function incomingWanted(
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
  const ends = wholeEnd(settings, settings.stack);
  const { topology } = scopeOf(ends);
  const assembled = adoptedRelease(observed, settings.stack, (release) =>
    Object.values(serviceImages(topology, release, settings.namePrefix, settings.images)),
  );
  const volumes = sourcesForAdoption(sourceContext(ends, observed, number));
  if (assembled === undefined) throw new Error("the release that runs was not assembled");
  if (volumes.problems.length > 0) return { ok: false, problems: volumes.problems };
  return wantedOf(ends, assembled, {
    refs: refsOfEnd(settings.stack, assembled.release.commit),
    untracked: { source: EXISTING, number },
    volumes: volumes.volumes,
  });
}

function sourceContext(settings: Settings, observed: Observed, number: number): SourceContext {
  const { topology: incoming } = scopeOf(settings);
  return {
    settings,
    facts: observed,
    incoming,
    live: liveTopology(observed, settings.application),
    number,
  };
}

function assemble(
  settings: Settings,
  observed: Observed,
  choice: Chosen<ReleaseChoice>,
  chosen: ChosenVolumes,
): ChosenWanted {
  const problems = [...(choice.ok ? [] : choice.problems), ...chosen.problems];
  if (!choice.ok || problems.length > 0) return { ok: false, problems };
  const { refs, assembly, untracked } = choice.value;
  const assembled = observed.releases[assemblyKey(assembly)];
  if (assembled === undefined) throw new Error(`${assembly.commit} was not assembled`);
  const { volumes } = chosen;
  const unfit = assemblyProblems(settings, observed, assembled, volumes);
  if (unfit.length > 0) return { ok: false, problems: unfit };
  const assembledOf = assembly.untracked;
  const files = assembledOf.overlays.length === 0 ? untracked : { ...untracked, assembledOf };
  return wantedOf(settings, assembled, { refs, untracked: files, volumes });
}

function wantedOf(
  settings: Settings,
  { release, untracked: contentId }: AssembledRelease,
  chosen: Pick<Wanted, "volumes"> & { refs: Refs; untracked: Omit<UntrackedFiles, "contentId"> },
): ChosenWanted {
  const { phases, scenario, topology } = scopeOf(settings);
  const missing = missingContexts(topology, release);
  if (missing.length > 0) return { ok: false, problems: [missingContextProblem(release, missing)] };
  const wanted: Wanted = {
    stack: settings.stack,
    rolledBackPhases: phases,
    scenario,
    topology,
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
