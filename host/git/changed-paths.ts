import type { ChangedPath } from "../../plan/model/observed";
import type { HostContext } from "../context";
import { records, runGit } from "./run-git";

/** Files that differ between two trees, in git's order; a renamed file is one deleted and one added. */
export async function changedPaths(
  context: HostContext,
  fromTree: string,
  toTree: string,
): Promise<ChangedPath[]> {
  if (fromTree === toTree) return [];
  const options = ["-r", "-z", "--name-status", "--no-renames"];
  const fields = records(await runGit(context, ["diff-tree", ...options, fromTree, toTree]));
  const changes: ChangedPath[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    changes.push({ status: statusOf(fields[at] ?? ""), path: fields[at + 1] ?? "" });
  }
  return changes;
}

function statusOf(letter: string): ChangedPath["status"] {
  if (letter === "A") return "added";
  return letter === "D" ? "deleted" : "modified";
}
