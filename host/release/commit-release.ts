import type { Release } from "../../plan/model/wanted";
import { ProblemsError } from "../../plan/problem";
import type { HostContext } from "../context";
import { assembleTree, withoutPaths } from "./assemble-tree";
import { resolveCommits } from "../git/resolve-commits";
import { runGit } from "../git/run-git";

export interface ReleaseCommit {
  readonly number: number;
  readonly release: Release;
  readonly message: string;
  readonly protectedPaths: readonly string[];
}

export function rollbackBranchName(number: number): string {
  return `rollback/${number}`;
}

/**
 * Commits a release, with the protected paths as HEAD has them, to the branch `rollback/<number>` and gives the commit. HEAD
 * and the work tree stay where they are. A repeated call finds the branch, also if the team went on from it.
 */
export async function commitRelease(context: HostContext, input: ReleaseCommit): Promise<string> {
  const branch = `refs/heads/${rollbackBranchName(input.number)}`;
  const tip = (await resolveCommits(context, [branch]))[branch] ?? null;
  if (tip !== null) return existingCommit(context, input, tip);
  const tree = await withProtectedPaths(context, input.release.tree, input.protectedPaths);
  const parents = ["-p", input.release.commit];
  const commit = await runGit(context, ["commit-tree", tree, ...parents, "-m", input.message]);
  // The zeros say that the branch must not exist yet.
  await runGit(context, ["update-ref", branch, commit.trim(), "0".repeat(commit.trim().length)]);
  return commit.trim();
}

/** A tree in which the protected paths are those of HEAD. */
export async function withProtectedPaths(
  context: HostContext,
  tree: string,
  protectedPaths: readonly string[],
): Promise<string> {
  const overlays = protectedPaths.map((path) => ({ path, commit: "HEAD" }));
  return assembleTree(context, tree, overlays);
}

async function existingCommit(
  context: HostContext,
  input: ReleaseCommit,
  tip: string,
): Promise<string> {
  const { release, protectedPaths } = input;
  const range = ["rev-list", "--first-parent", "--reverse", tip, `^${release.commit}`];
  const first = (await runGit(context, range)).split("\n")[0] ?? "";
  if (first !== "" && (await withoutPaths(context, first, protectedPaths)) === release.tree) {
    return first;
  }
  throw new ProblemsError(`commit the release of change ${input.number}`, [
    {
      subject: `branch "${rollbackBranchName(input.number)}"`,
      what: "exists and holds another release",
      advice: [`it is at ${tip}; rename or delete it and run the same command again`],
    },
  ]);
}
