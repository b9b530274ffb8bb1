import type { HostContext } from "../context";
import { rollbackBranchName } from "./commit-release";
import { resolveCommits } from "../git/resolve-commits";
import { runGit } from "../git/run-git";

/** Notes of ours, beside the team's own: `git log --notes=rollback` shows them. */
const NOTES = "rollback";

/** Adds a note to the commit of a change's branch; false if it has none, as a repair. Commits never change. */
export async function noteOnChange(
  context: HostContext,
  number: number,
  text: string,
): Promise<boolean> {
  const branch = `refs/heads/${rollbackBranchName(number)}`;
  const commit = (await resolveCommits(context, [branch]))[branch] ?? null;
  if (commit === null) return false;
  await runGit(context, ["notes", `--ref=${NOTES}`, "append", "-F", "-", commit], { input: text });
  return true;
}
