import type { StackName } from "../application/topology";
import { type Assembly, assemblyKey, assemblyOf, sidesNeeded } from "./assembly";
import { lastDone, liveMap, liveSide } from "../model/history";
import type { AssembledRelease, ChangeRecord, Facts, Observed } from "../model/observed";
import { backupFor } from "../data/backup-for";
import type { Problem } from "../problem";
import { chooseRef, type RefKey } from "./refs";
import { scopeOf, type Side } from "./scope";
import type { Settings } from "../settings/settings";
import type { ChosenSource } from "../model/source";
import { chooseLiveUntracked, chooseUntracked } from "./untracked";
import type { Refs, Release } from "../model/wanted";

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
  const assembly = assemblyOf(settings.application, settings.stack, scopeOf(settings), refs.value, {
    base,
    overlays,
  });
  return { ok: true, value: { refs: refs.value, assembly, untracked } };
}

/** What a change has resolved stays, unless the setting that names it was changed since. */
function chooseRefs(
  settings: Settings,
  facts: Facts,
  live: ChangeRecord | undefined,
): Chosen<Refs> {
  const scope = scopeOf(settings);
  const needed = sidesNeeded(settings.application, settings.stack, scope);
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

/** Everything that `observe()` has to assemble so that the plan finds what it chooses. */
export function releasesToAssemble(settings: Settings, facts: Facts): readonly Assembly[] {
  const live = liveSide(facts);
  const recorded = liveMap(facts) !== undefined;
  const adopted = live !== null && !recorded ? adoptionCandidates(facts) : [];
  const choice =
    live === settings.stack
      ? recorded
        ? chooseLiveRelease(settings, facts, 0)
        : undefined
      : chooseRelease(settings, facts, 0);
  return [...(choice?.ok ? [choice.value.assembly] : []), ...adopted];
}

/** What an unrecorded live side may be running, the likeliest first. */
function adoptionCandidates(facts: Facts): readonly Assembly[] {
  const branches = facts.git.rollbackBranches.slice(0, 10).map((branch) => branch.commit);
  const untracked = { base: facts.git.untracked, overlays: [] };
  return [...new Set([...branches, facts.git.head])].map((commit) => {
    return { commit, overlays: [], composeFile: null, untracked };
  });
}

/** The release whose images and mounts are those of the running containers, else the work tree's. */
export function adoptedRelease(
  observed: Observed,
  stack: StackName,
  imagesOf: (release: Release) => readonly string[],
): AssembledRelease | undefined {
  const running = new Set(observed.containers.filter((c) => c.stack === stack).map((c) => c.image));
  const assembled = adoptionCandidates(observed).flatMap(
    (assembly) => observed.releases[assemblyKey(assembly)] ?? [],
  );
  const same = assembled.find(({ release }) =>
    imagesOf(release).every((image) => running.has(image)),
  );
  return same ?? assembled.findLast(({ release }) => release.commit === observed.git.head);
}
