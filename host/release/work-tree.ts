import { messageOf } from "../../plan/problem";
import type { HostContext } from "../context";
import { rollbackBranchName, withProtectedPaths } from "./commit-release";
import { changedTrackedPaths, readHead } from "./observe";
import { isThere } from "../git/publish-folder";
import { resolveCommit } from "../git/resolve-commits";
import { IDENTITY, runGit } from "../git/run-git";

export interface MovedWorkTree {
  readonly moved: boolean;
  /** What was done; or why nothing was, and what a person can do. */
  readonly how: string;
  /** Commits of the branch that it came from which no other branch or tag has: "<short id> <subject>", newest first. */
  readonly leftCommits: string[];
}

const SHOWN_PATHS = 5;
const OPERATIONS = [
  "MERGE_HEAD",
  "CHERRY_PICK_HEAD",
  "REVERT_HEAD",
  "rebase-merge",
  "rebase-apply",
];

/**
 * Moves the team's work tree to the branch `rollback/<number>`, unless tracked files outside the protected paths were
 * changed: then it stays as it is. Changes to protected paths stay, committed or not; untracked files are not touched.
 */
export async function moveWorkTree(
  context: HostContext,
  input: { readonly number: number; readonly protectedPaths: readonly string[] },
): Promise<MovedWorkTree> {
  const branch = rollbackBranchName(input.number);
  const { head, branch: left } = await readHead(context);
  if (left === branch) return { moved: true, how: `already on ${branch}`, leftCommits: [] };
  const obstacle = await obstacleTo(context, input.protectedPaths);
  if (obstacle !== null) return notMoved(branch, obstacle);
  await carryProtectedPaths(context, branch, input.protectedPaths);
  const leftCommits = await commitsOnlyOn(context, head, left);
  try {
    await runGit(context, [
      "checkout",
      "--quiet",
      "--no-overwrite-ignore",
      "--no-recurse-submodules",
      branch,
      "--",
    ]);
  } catch (error) {
    return notMoved(branch, messageOf(error));
  }
  return { moved: true, how: `moved from ${left ?? head} to ${branch}`, leftCommits };
}

function notMoved(branch: string, why: string): MovedWorkTree {
  const how = `left alone: ${why}; to move it, commit or stash that and run: git switch ${branch}`;
  return { moved: false, how, leftCommits: [] };
}

async function obstacleTo(
  context: HostContext,
  protectedPaths: readonly string[],
): Promise<string | null> {
  for (const operation of OPERATIONS) {
    const options = ["--path-format=absolute", "--git-path", operation];
    const path = (await runGit(context, ["rev-parse", ...options])).trim();
    if (await isThere(path)) return `git is in the middle of something (${operation})`;
  }
  const changed = await changedTrackedPaths(context, protectedPaths);
  if (changed.length === 0) return null;
  const shown = changed.slice(0, SHOWN_PATHS).join(", ");
  const more = changed.length > SHOWN_PATHS ? ` and ${changed.length - SHOWN_PATHS} more` : "";
  return `tracked files were changed: ${shown}${more}`;
}

/** What HEAD got under the protected paths since the branch was made goes with it. */
async function carryProtectedPaths(
  context: HostContext,
  branch: string,
  protectedPaths: readonly string[],
): Promise<void> {
  const tip = await resolveCommit(context, `refs/heads/${branch}`);
  const tree = await withProtectedPaths(context, tip, protectedPaths);
  const own = (await runGit(context, ["rev-parse", `${tip}^{tree}`])).trim();
  if (tree === own) return;
  const message = "Keep the protected paths of the former branch";
  const commit = await runGit(context, ["commit-tree", tree, "-p", tip, "-m", message]);
  await runGit(context, ["update-ref", `refs/heads/${branch}`, commit.trim(), tip]);
}

/** Commits made by people; those that a rollback made itself are not what somebody would miss. */
async function commitsOnlyOn(
  context: HostContext,
  head: string,
  left: string | null,
): Promise<string[]> {
  const without = left === null ? [] : [`--exclude=${left}`];
  const others = ["--not", ...without, "--branches", "--tags", "--remotes"];
  const format = "--format=%ce%x00%h %s";
  const output = await runGit(context, ["log", format, head, ...others, "--"]);
  return output
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith(`${IDENTITY.email}\0`))
    .map((line) => line.slice(line.indexOf("\0") + 1));
}
