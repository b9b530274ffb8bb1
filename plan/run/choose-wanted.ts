import { externalProblems } from "../staging/external-problems";
import { apartFrom, namedAs, namesOf } from "../staging/names-apart";
import { assemblyKey } from "../release/assembly";
import { liveMap, liveSide } from "../model/history";
import type { AssembledRelease, Observed } from "../model/observed";
import type { Problem } from "../problem";
import { refsOfEnd } from "../release/refs";
import { assemblyProblems } from "../release/release-problems";
import {
  adoptedRelease,
  chooseLiveRelease,
  chooseRelease,
  liveTopology,
  wholeTopology,
  type Chosen,
  type ReleaseChoice,
} from "../release/releases";
import { extentOf, wholeEnd } from "../release/scope";
import { missingContexts, serviceImages } from "../release/service-images";
import { hostPortsOf } from "../compose/host-ports";
import { edgeNames } from "../application/description";
import { edgeOf } from "../application/topologies";
import { stackOfSide, type Topology } from "../application/topology";
import { composeMerge } from "../compose/merge/merge";
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
  return assemble(settings, observed, choice, number, {
    named: (topology) => namedAs(topology, settings.stack, namesOf(live.topology)),
    sources: (context) => sourcesForLiveSide(context, live, restore),
  });
}

function incomingWanted(
  settings: Settings,
  observed: Observed,
  number: number,
  sources: (context: SourceContext) => ChosenVolumes,
): ChosenWanted {
  const { stack } = settings;
  const other = wholeTopology(observed);
  return assemble(settings, observed, chooseRelease(settings, observed, number), number, {
    named: (topology) => (other === null ? topology : apartFrom(topology, stack, other)),
    sources,
  });
}

/** A live side that no record knows is taken for the whole end of the scale that its stack is. */
function adoptedWanted(settings: Settings, observed: Observed, number: number): ChosenWanted {
  const ends = wholeEnd(settings, settings.stack);
  const assembled = adoptedRelease(observed, settings.stack);
  if (assembled === undefined) return { ok: false, problems: [unknownRelease(settings, observed)] };
  const context = sourceContext(ends, observed, number, assembled.topology);
  const volumes = sourcesForAdoption(context);
  if (volumes.problems.length > 0) return { ok: false, problems: volumes.problems };
  return wantedOf(ends, assembled, {
    refs: refsOfEnd(settings.stack, assembled.release.commit),
    untracked: { source: EXISTING, number },
    volumes: volumes.volumes,
  });
}

function sourceContext(
  settings: Settings,
  observed: Observed,
  number: number,
  incoming: Topology,
): SourceContext {
  return { settings, facts: observed, incoming, live: liveTopology(observed), number };
}

/** What a side is made of beside its release. */
interface Incoming {
  /** The topology under the names that it has on this host. */
  readonly named: (topology: Topology) => Topology;
  readonly sources: (context: SourceContext) => ChosenVolumes;
}

function assemble(
  settings: Settings,
  observed: Observed,
  choice: Chosen<ReleaseChoice>,
  number: number,
  { named, sources }: Incoming,
): ChosenWanted {
  if (!choice.ok) return choice;
  const { refs, assembly, untracked } = choice.value;
  const read = observed.releases[assemblyKey(assembly)];
  if (read === undefined) throw new Error(`${assembly.commit} was not assembled`);
  const assembled = { ...read, topology: named(read.topology) };
  const other = otherSidesFile(settings, assembled);
  if (other !== null) return { ok: false, problems: [other] };
  const context = sourceContext(settings, observed, number, assembled.topology);
  const { volumes, problems } = sources(context);
  if (problems.length > 0) return { ok: false, problems };
  const outgoing = liveSide(observed) === settings.stack ? null : context.live;
  const unfit = [
    ...assemblyProblems(settings, observed, assembled, volumes),
    ...externalProblems(assembled.topology, volumes, observed, outgoing),
  ];
  if (unfit.length > 0) return { ok: false, problems: unfit };
  const assembledOf = assembly.untracked;
  const files = assembledOf.overlays.length === 0 ? untracked : { ...untracked, assembledOf };
  return wantedOf(settings, assembled, { refs, untracked: files, volumes });
}

function wantedOf(
  settings: Settings,
  { release, topology, untracked: contentId }: AssembledRelease,
  chosen: Pick<Wanted, "volumes"> & { refs: Refs; untracked: Omit<UntrackedFiles, "contentId"> },
): ChosenWanted {
  const { phases, scenario } = extentOf(settings);
  const ports = hostPortsOf(topology, settings.description);
  if (!ports.ok) return { ok: false, problems: [ports.problem] };
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
    images: serviceImages(topology, release),
    ports: ports.value,
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

/** No commit that is known has a Compose file of the side that runs. */
function unknownRelease({ stack, description }: Settings, { git }: Observed): Problem {
  return {
    subject: `live side "${stack}"`,
    what: "runs, but no commit is known to be its release",
    advice: [
      `looked for the service "${edgeNames(description)[stack]}" in the Compose files of rollback/<n>, HEAD (${git.head.slice(0, 12)}) and the tags pre-simplification-*`,
      "check out the commit that runs, and say it again",
    ],
  };
}

/** A commit whose Compose file is the other side's was named, or chosen, by mistake. */
function otherSidesFile(
  settings: Settings,
  { release, topology }: AssembledRelease,
): Problem | null {
  const { description } = settings;
  const { base } = composeMerge(description, extentOf(settings).phases);
  const side = stackOfSide(base);
  const expected = edgeNames(description)[side];
  const { name } = edgeOf(topology);
  if (name === expected) return null;
  const key = base === "earlier" ? "preRef" : "simplifiedRef";
  return {
    subject: `commit ${release.commit.slice(0, 12)}`,
    what: `is not of "${side}": its Compose file has the edge "${name}", not "${expected}"`,
    advice: [`name a commit of that side: pulumi config set ${key} <tag or commit>`],
  };
}
