import { lastDone, liveMap, liveSide, newestBackup } from "./history";
import { type ChangeRecord, type Facts, type Observed, releaseKey } from "./observed";
import type { Problem } from "./problem";
import type { Settings } from "./settings";
import { AS_LEFT, backupSource } from "./source";
import type { StackName } from "./topology";
import type { Release, UntrackedFiles } from "./wanted";

/** Which commit and which untracked files a side starts from, once resolved. */
export interface ReleaseChoice {
  readonly commit: string;
  readonly untracked: UntrackedFiles;
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
    change.leftBranch === null ? [] : [change.leftBranch],
  );
  const configured = [settings.preRef, settings.simplifiedRef].filter((ref) => ref !== undefined);
  return [...new Set([...configured, ...recorded])];
}

/** The release of a side that is not live yet (first deployment, switch). */
export function chooseRelease(
  settings: Settings,
  facts: Facts,
  number: number,
): Chosen<ReleaseChoice> {
  const commit =
    settings.stack === "simplified"
      ? simplifiedCommit(settings, facts)
      : preCommit(settings, facts);
  if (typeof commit !== "string") return { ok: false, problems: [commit] };
  return { ok: true, value: { commit, untracked: untrackedForSwitch(settings, facts, number) } };
}

/** The release of the live side: what is recorded, unless a ref or an untracked file was changed since. */
export function chooseLiveRelease(
  settings: Settings,
  facts: Facts,
  number: number,
): Chosen<ReleaseChoice> {
  const live = liveMap(facts);
  if (live === undefined) throw new Error("the live side has no record");
  const key = settings.stack === "simplified" ? "simplifiedRef" : "preRef";
  const ref = settings[key];
  const refChanged = ref !== undefined && ref !== live.change.request.settings[key];
  const commit = refChanged ? resolveRef(ref, key, facts) : live.wanted.release.commit;
  if (typeof commit !== "string") return { ok: false, problems: [commit] };
  const follows =
    live.change.workTreeMoved && facts.git.branch === `rollback/${live.change.request.number}`;
  const edited = follows && facts.git.untracked !== live.wanted.untracked.contentId;
  const untracked = edited
    ? { source: AS_LEFT, number, contentId: facts.git.untracked }
    : live.wanted.untracked;
  return { ok: true, value: { commit, untracked } };
}

/** Commits that an unrecorded live side may be running, the likeliest first. */
export function adoptionCandidates(facts: Facts): readonly string[] {
  const branches = facts.git.rollbackBranches.slice(0, 10).map((branch) => branch.commit);
  return [...new Set([...branches, facts.git.head])];
}

/** The release whose images and mounts are those of the running containers, else the work tree's. */
export function adoptedRelease(
  observed: Observed,
  stack: StackName,
  imagesOf: (release: Release) => readonly string[],
): Release | undefined {
  const running = new Set(observed.containers.filter((c) => c.stack === stack).map((c) => c.image));
  const releases = adoptionCandidates(observed).flatMap((commit) => {
    const release = observed.releases[releaseKey(commit, observed.git.untracked)];
    return release === undefined ? [] : [release];
  });
  const same = releases.find((release) => imagesOf(release).every((image) => running.has(image)));
  return same ?? observed.releases[releaseKey(observed.git.head, observed.git.untracked)];
}

/** Everything that `observe()` has to compose so that the plan finds what it chooses. */
export function releasesToCompose(
  settings: Settings,
  facts: Facts,
): readonly { commit: string; untracked: string }[] {
  const live = liveSide(facts);
  const recorded = liveMap(facts) !== undefined;
  const adopted =
    live !== null && !recorded
      ? adoptionCandidates(facts).map((commit) => ({ commit, untracked: facts.git.untracked }))
      : [];
  const choice =
    live === settings.stack
      ? recorded
        ? chooseLiveRelease(settings, facts, 0)
        : undefined
      : chooseRelease(settings, facts, 0);
  const chosen = choice?.ok
    ? [{ commit: choice.value.commit, untracked: choice.value.untracked.contentId }]
    : [];
  return [...chosen, ...adopted];
}

function preCommit(settings: Settings, facts: Facts): string | Problem {
  if (settings.preRef !== undefined) return resolveRef(settings.preRef, "preRef", facts);
  const named = settings.oneTime.backup;
  const backup =
    named === undefined
      ? newestBackup(facts, "pre-simplification")
      : facts.backups.find((b) => b.id === named);
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
  if (settings.simplifiedRef !== undefined)
    return resolveRef(settings.simplifiedRef, "simplifiedRef", facts);
  const last = lastDone(facts.recorded, "simplified");
  if (last !== undefined) return last.request.wanted.release.commit;
  const first = facts.recorded.changes.find((change) => change.leftBranch !== null);
  return first?.leftBranch ? resolveRef(first.leftBranch, "simplifiedRef", facts) : facts.git.head;
}

function resolveRef(ref: string, key: "preRef" | "simplifiedRef", facts: Facts): string | Problem {
  return (
    facts.git.resolved[ref] ?? {
      subject: `config "${key}"`,
      what: `"${ref}" is not a commit, tag or branch of the repository`,
      advice: [
        `tags found: ${facts.git.preTags.map((tag) => tag.name).join(", ") || "none"}`,
        `set it with: pulumi config set ${key} <tag or commit>`,
      ],
    }
  );
}

function untrackedForSwitch(settings: Settings, facts: Facts, number: number): UntrackedFiles {
  const { backup, dataSource } = settings.oneTime;
  const fromBackup =
    dataSource === "backup" ||
    (dataSource === undefined && settings.stack === "pre-simplification");
  const source =
    backup === undefined
      ? newestBackup(facts, settings.stack)
      : facts.backups.find((b) => b.id === backup);
  if (liveSide(facts) !== null && fromBackup && source?.stack === settings.stack) {
    return { source: backupSource(source.id), number, contentId: source.untracked };
  }
  return {
    source: AS_LEFT,
    number,
    contentId: lastLeftUntracked(facts, settings.stack) ?? facts.git.untracked,
  };
}

function lastLeftUntracked(facts: Facts, stack: StackName): string | null {
  const left = facts.recorded.changes.findLast(
    (change) => change.request.from === stack && change.state === "done",
  );
  return left?.leftUntracked ?? null;
}
