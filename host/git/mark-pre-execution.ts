import { ProblemsError } from "../../plan/problem";
import type { HostContext } from "../context";
import { push, PUSH_DEADLINE_MS } from "./push";
import { resolveCommit, resolveCommits } from "./resolve-commits";
import { runGit } from "./run-git";

export interface PreExecutionMark {
  readonly branch: string;
  readonly tag: string;
  /** "pushed", "noRemote", or a warning that says why it could not be pushed. */
  readonly pushed: string;
}

/**
 * Marks HEAD by a branch and an annotated tag named after the backup (document: pre-execution backup, step 1) and pushes both
 * where there is a remote. HEAD does not move. A push that fails, or takes longer than the deadline, is a warning.
 */
export async function markPreExecution(
  context: HostContext,
  id: string,
  pushDeadlineMs: number = PUSH_DEADLINE_MS,
): Promise<PreExecutionMark> {
  const name = `backup-${id}`;
  // Another name than the tag's: git would call both ambiguous.
  const branchName = `backup/${id}`;
  const branch = `refs/heads/${branchName}`;
  const tag = `refs/tags/${name}`;
  const commit = await resolveCommit(context, "HEAD");
  const marked = await resolveCommits(context, [branch, tag]);
  refuseOthers(commit, marked);
  if (marked[branch] === null) {
    await runGit(context, ["update-ref", branch, commit, "0".repeat(commit.length)]);
  }
  if (marked[tag] === null) {
    const message = `State before backup ${id}`;
    await runGit(context, ["tag", "--annotate", "--no-sign", "--message", message, name, commit]);
  }
  return {
    branch: branchName,
    tag: name,
    pushed: await push(context, [branch, tag], pushDeadlineMs),
  };
}

function refuseOthers(commit: string, marked: Readonly<Record<string, string | null>>): void {
  const taken = Object.entries(marked).filter(([, at]) => at !== null && at !== commit);
  if (taken.length === 0) return;
  throw new ProblemsError(
    "mark the state before the backup",
    taken.map(([name, at]) => ({
      subject: name,
      what: "exists and is another commit",
      advice: [`found ${at ?? "none"}, HEAD is ${commit}; choose another id for the backup`],
    })),
  );
}
