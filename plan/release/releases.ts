import type { GovernedVolume, Side, StackName, Topology } from "../application/topology";
import { edgeOf, phasesOfStack, placeOf } from "../application/topologies";
import { namedAs } from "../staging/names-apart";
import { sameData } from "../same-data";
import { serviceImages } from "./service-images";
import { type Assembly, assemblyKey, assemblyOf, sidesNeeded } from "./assembly";
import { lastDone, liveMap, liveSide } from "../model/history";
import type { AssembledRelease, ChangeRecord, Facts, Observed } from "../model/observed";
import { backupFor } from "../data/backup-for";
import type { Problem } from "../problem";
import { chooseRef, type RefKey } from "./refs";
import { extentOf } from "./scope";
import type { Settings } from "../settings/settings";
import type { ChosenSource } from "../model/source";
import { chooseLiveUntracked, chooseUntracked } from "./untracked";
import type { Refs } from "../model/wanted";

/** What a side's release is made of, once resolved. */
export interface ReleaseChoice {
  readonly refs: Refs;
  readonly assembly: Assembly;
  /** Where its untracked files come from, and the change that chose it. */
  readonly untracked: ChosenSource;
}

export type Chosen<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Every ref that a plan may have to resolve; `observe()` looks them all up at once. */
export function refsToResolve(
  settings: Settings,
  changes: readonly ChangeRecord[],
): readonly string[] {
  const recorded = changes.flatMap((change) =>
    change.outgoingBranch === null ? [] : [change.outgoingBranch],
  );
  const { preRef, simplifiedRef, phaseRefs } = settings;
  const configured = [preRef, simplifiedRef, ...Object.values(phaseRefs)];
  return [...new Set([...configured.filter((ref) => ref !== undefined), ...recorded])];
}

/** The release of a side that is not live yet (first deployment, switch). */
export function chooseRelease(
  settings: Settings,
  facts: Facts,
  number: number,
): Chosen<ReleaseChoice> {
  const chosen = chooseRefs(settings, facts, undefined);
  return withRefs(settings, chosen, () => chooseUntracked(settings, facts, number));
}

/** The release of the live side: what is recorded, unless a flag, a ref or an untracked file was changed since. */
export function chooseLiveRelease(
  settings: Settings,
  facts: Facts,
  number: number,
): Chosen<ReleaseChoice> {
  const live = liveMap(facts);
  if (live === undefined) throw new Error("the live side has no record");
  const chosen = chooseRefs(settings, facts, live.change);
  return withRefs(settings, chosen, () => chooseLiveUntracked(settings, facts, number, live));
}

function withRefs(
  settings: Settings,
  refs: Chosen<Refs>,
  files: () => Pick<ReleaseChoice, "untracked"> & Pick<Assembly["untracked"], "base" | "overlays">,
): Chosen<ReleaseChoice> {
  if (!refs.ok) return refs;
  const { untracked, base, overlays } = files();
  const assembly = assemblyOf(
    settings.description,
    settings.stack,
    extentOf(settings),
    refs.value,
    {
      base,
      overlays,
    },
  );
  return { ok: true, value: { refs: refs.value, assembly, untracked } };
}

/** What a change has resolved stays, unless the setting that names it was changed since. */
function chooseRefs(
  settings: Settings,
  facts: Facts,
  live: ChangeRecord | undefined,
): Chosen<Refs> {
  const scope = extentOf(settings);
  const needed = sidesNeeded(settings.description, settings.stack, scope);
  const recorded = live?.request.wanted.refs;
  const side = (name: Side, key: "preRef" | "simplifiedRef", resolve: () => string | Problem) => {
    const kept = recorded?.[name] ?? null;
    const changed = live !== undefined && settings[key] !== live.request.settings[key];
    const again = settings[key] !== undefined && changed;
    if (kept !== null && !again) return kept;
    return needed.has(name) ? resolve() : null;
  };
  const earlier = side("earlier", "preRef", () => preCommit(settings, facts));
  const simplified = side("simplified", "simplifiedRef", () => simplifiedCommit(settings, facts));
  const phases = Object.entries(settings.phaseRefs)
    .filter(([phase]) => scope.phases.includes(Number(phase)))
    .map(([phase, ref]) => {
      const before = live?.request.settings.phaseRefs[phase];
      const kept = before === ref ? recorded?.phases[phase] : undefined;
      return [phase, kept ?? chooseRef(ref, `phaseRefs.${phase}`, facts)] as const;
    });
  const choices = [earlier, simplified, ...phases.map(([, choice]) => choice)];
  const problems = choices.filter((choice) => typeof choice === "object" && choice !== null);
  if (problems.length > 0) return { ok: false, problems };
  const commit = (choice: string | Problem | null): string | null =>
    typeof choice === "string" ? choice : null;
  const own = phases.flatMap(([phase, choice]) =>
    typeof choice === "string" ? [[phase, choice] as const] : [],
  );
  return {
    ok: true,
    value: {
      earlier: commit(earlier),
      simplified: commit(simplified),
      phases: Object.fromEntries(own),
    },
  };
}

function preCommit(settings: Settings, facts: Facts): string | Problem {
  if (settings.preRef !== undefined) return chooseRef(settings.preRef, "preRef", facts);
  const { commit: backup } = backupFor("pre-simplification", settings.oneTime, facts);
  if (backup !== undefined) return backup.commit;
  const [tag, ...others] = facts.git.preTags;
  if (tag !== undefined && others.length === 0) return tag.commit;
  return {
    subject: 'config "preRef"',
    what:
      tag === undefined
        ? "no tag pre-simplification-* exists"
        : `${others.length + 1} tags pre-simplification-* exist`,
    advice: [
      ...(tag === undefined ? [] : [`found ${facts.git.preTags.map((t) => t.name).join(", ")}`]),
      "say which state is the earlier one: pulumi config set preRef <tag or commit>",
    ],
  };
}

function simplifiedCommit(settings: Settings, facts: Facts): string | Problem {
  const key: RefKey = "simplifiedRef";
  if (settings.simplifiedRef !== undefined) return chooseRef(settings.simplifiedRef, key, facts);
  const last = lastDone(facts.recorded, "simplified");
  const recorded = last?.request.wanted.refs.simplified ?? null;
  if (recorded !== null) return recorded;
  const first = facts.recorded.changes.find((change) => change.outgoingBranch !== null);
  return first?.outgoingBranch ? chooseRef(first.outgoingBranch, key, facts) : facts.git.head;
}

/** What the run reaches, as far as it can be chosen: `observe()` assembles it so that the plan finds it. */
export function releasesToAssemble(settings: Settings, facts: Facts): readonly Assembly[] {
  const isLive = liveSide(facts) === settings.stack;
  if (isLive && liveMap(facts) === undefined) return [];
  const choose = isLive ? chooseLiveRelease : chooseRelease;
  const choice = choose(settings, facts, 0);
  return choice.ok ? [choice.value.assembly] : [];
}

/**
 * What a live side that no record knows may be running; where nothing is live and nothing recorded, what may have run, since its volumes may
 * be here.
 */
export function adoptableReleases(facts: Facts): readonly Assembly[] {
  const isUnknown =
    liveSide(facts) === null ? facts.recorded.changes.length === 0 : liveMap(facts) === undefined;
  return isUnknown ? adoptionCandidates(facts) : [];
}

/** Volumes and folders of all that has been read, each once. */
export function knownVolumes(
  { recorded }: Facts,
  releases: Observed["releases"],
): readonly GovernedVolume[] {
  const sides = recorded.changes.flatMap(({ request }) => [request.live, request.wanted]);
  const topologies = [
    ...sides.flatMap((side) => side?.topology ?? []),
    ...Object.values(releases).map(({ topology }) => topology),
  ];
  const volumes = topologies.flatMap((topology) => topology.volumes);
  return [...new Map(volumes.map((volume) => [placeOf(volume), volume])).values()];
}

/** What an unrecorded live side may be running: what this program made for it, what the work tree has, and tags of the earlier state. */
function adoptionCandidates(facts: Facts): readonly Assembly[] {
  const branches = facts.git.rollbackBranches.slice(0, 10).map((branch) => branch.commit);
  const tags = facts.git.preTags.map(({ commit }) => commit);
  const untracked = { base: facts.git.untracked, overlays: [] };
  return [...new Set([...branches, facts.git.head, ...tags])].map((commit) => {
    return { commit, overlays: [], composeFile: null, untracked };
  });
}

/**
 * The release whose images are those of the running containers, else the work tree's, else a tag's; undefined where none of them has a
 * Compose file of that side.
 */
export function adoptedRelease(
  observed: Facts & Pick<Observed, "releases">,
  stack: StackName,
): AssembledRelease | undefined {
  const running = new Set(observed.containers.filter((c) => c.stack === stack).map((c) => c.image));
  const assembled = adoptionCandidates(observed)
    .flatMap((assembly) => observed.releases[assemblyKey(assembly)] ?? [])
    .filter(({ topology }) => edgeOf(topology).name === observed.application.edges[stack]);
  const isRunning = ({ topology, release }: AssembledRelease): boolean =>
    Object.values(serviceImages(topology, release)).every((image) => running.has(image));
  const { head } = observed.git;
  const adopted =
    assembled.find(isRunning) ??
    assembled.find(({ release }) => release.commit === head) ??
    assembled.find(({ release }) => isTagged(observed, release.commit));
  return adopted && { ...adopted, topology: asItRuns(adopted.topology, stack, observed) };
}

function asItRuns(topology: Topology, stack: StackName, { containers }: Facts): Topology {
  const own = containers.filter((container) => container.stack === stack);
  return namedAs(topology, stack, {
    containers: new Set(own.map(({ containerName }) => containerName)),
    networks: new Set(own.flatMap(({ networks }) => networks)),
  });
}

function isTagged({ git }: Facts, commit: string): boolean {
  return git.preTags.some((tag) => tag.commit === commit);
}

/**
 * What the live side is without its phases, as far as a record knows, else as it is: a name that a phase brought to it is not one that both
 * sides have. Null where nothing is live.
 */
export function wholeTopology(observed: Facts & Pick<Observed, "releases">): Topology | null {
  const side = liveSide(observed);
  if (side === null) return null;
  const end = phasesOfStack(observed.application.phases, side);
  const whole = observed.recorded.changes.findLast(
    ({ state, request }) =>
      state === "done" && request.stack === side && sameData(request.wanted.rolledBackPhases, end),
  );
  return whole?.request.wanted.topology ?? liveTopology(observed);
}

/** The live side's topology; of one that no record knows, that of the release that it seems to run. Null where nothing is live. */
export function liveTopology(observed: Facts & Pick<Observed, "releases">): Topology | null {
  const side = liveSide(observed);
  if (side === null) return null;
  return liveMap(observed)?.wanted.topology ?? adoptedRelease(observed, side)?.topology ?? null;
}
