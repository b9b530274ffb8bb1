import { parse } from "node:path";
import type { HostContext } from "../context";
import { includePathspec } from "../git/pathspec";
import { records, runGit } from "../git/run-git";
import { emptyTree } from "./assemble-tree";

/** Names of the migrations that a tree brings: those of their files, without folder and ending (document: phase 7). */
export async function migrationsOf(context: HostContext, tree: string): Promise<readonly string[]> {
  const options = ["-r", "-z", "--name-only", "--no-renames"];
  const trees = [await emptyTree(context), tree];
  const pathspec = includePathspec(context.application.migrations);
  const files = records(await runGit(context, ["diff-tree", ...options, ...trees, "--", pathspec]));
  return files.map((file) => parse(file).name);
}
