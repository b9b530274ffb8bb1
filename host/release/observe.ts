import { realpath } from "node:fs/promises";
import { messageOf, type Problem, ProblemsError } from "../../plan/problem";
import type { ObservedGit } from "../../plan/model/observed";
import type { HostContext } from "../context";
import { workTreeUntracked } from "../untracked/save-untracked";
import { excludePathspec } from "../git/pathspec";
import { resolveCommits } from "../git/resolve-commits";
import { records, runGit } from "../git/run-git";

export interface GitQuestions {
  /** Names that the plan may have to resolve. */
  readonly refs: readonly string[];
  /** Where untracked files belong to a state of the application. */
  readonly untrackedPaths: readonly string[];
}

const TAGS = "refs/tags/pre-simplification-*";
const TAG_PREFIX = "refs/tags/";
const BRANCHES = "refs/heads/rollback/*";

/** Reads the application's repository; changes nothing in it. Rejects with a problem where it is no repository to work in. */
export async function observeGit(
  context: HostContext,
  questions: GitQuestions,
): Promise<ObservedGit> {
  const { head, branch } = await readHead(context);
  const names = records(
    await runGit(context, ["for-each-ref", "--format=%(refname)%00", TAGS, BRANCHES]),
  )
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const resolved = await resolveCommits(context, names);
  return {
    head,
    branch,
    clean: (await changedTrackedPaths(context, context.application.protectedPaths)).length === 0,
    preTags: names
      .filter((name) => name.startsWith(TAG_PREFIX))
      .flatMap((name) => found(name.slice(TAG_PREFIX.length), resolved[name])),
    resolved: await resolveCommits(context, questions.refs),
    rollbackBranches: names
      .flatMap((name) => rollbackBranch(name, resolved[name]))
      .sort((left, right) => right.number - left.number),
    untracked: await workTreeUntracked(context, questions.untrackedPaths),
  };
}

/** Tracked files that differ from HEAD, in the index or the work tree, outside the protected paths. */
export async function changedTrackedPaths(
  context: HostContext,
  protectedPaths: readonly string[],
): Promise<string[]> {
  const pathspecs = [":(top)", ...protectedPaths.map(excludePathspec)];
  const options = ["--porcelain=v1", "-z", "--untracked-files=no", "--ignore-submodules=all"];
  const rename = ["--no-renames"];
  const output = await runGit(context, ["status", ...options, ...rename, "--", ...pathspecs]);
  return records(output).map((record) => record.slice(3));
}

/** Commit and branch (null when detached) of HEAD. */
export async function readHead(
  context: HostContext,
): Promise<{ head: string; branch: string | null }> {
  await refuseOtherFolders(context);
  const head = (await resolveCommits(context, ["HEAD"])).HEAD ?? null;
  if (head === null) throw cannotUse(context, "has no commit yet", "commit the application first");
  const name = (await runGit(context, ["rev-parse", "--symbolic-full-name", "HEAD"])).trim();
  const branch = name.startsWith("refs/heads/") ? name.slice("refs/heads/".length) : null;
  return { head, branch };
}

async function refuseOtherFolders(context: HostContext): Promise<void> {
  const root = await runGit(context, ["rev-parse", "--show-toplevel"]).catch((error: unknown) => {
    const reason = messageOf(error);
    throw cannotUse(context, "is not a work tree of git", reason);
  });
  if ((await realpath(context.repository)) !== (await realpath(root.trim()))) {
    throw cannotUse(context, "is not the root of its work tree", `the root is ${root.trim()}`);
  }
}

function cannotUse(context: HostContext, what: string, advice: string): ProblemsError {
  const problem: Problem = {
    subject: `repository "${context.repository}"`,
    what,
    advice: [advice],
  };
  return new ProblemsError("use the application's repository", [problem]);
}

function rollbackBranch(
  name: string,
  commit: string | null | undefined,
): { number: number; commit: string }[] {
  const number = /^refs\/heads\/rollback\/([1-9]\d*)$/.exec(name)?.[1];
  return number === undefined || !commit ? [] : [{ number: Number(number), commit }];
}

function found(
  name: string,
  commit: string | null | undefined,
): { name: string; commit: string }[] {
  return commit ? [{ name, commit }] : [];
}
