import { join } from "node:path";
import type { HostContext } from "../context";
import { includePathspec } from "../git/pathspec";
import { runGit } from "../git/run-git";
import { withTemporaryFolder } from "../git/temporary-folder";

/** A path that takes another commit's (or tree's) content, deletions included. */
export interface Overlay {
  readonly path: string;
  readonly commit: string;
}

/** A file whose content is in neither commit. */
export interface WrittenFile {
  readonly path: string;
  readonly content: string;
}

/**
 * Composes a git tree in an index of its own and gives its id: the base, with each overlay's path taken from that overlay's
 * commit, in order, and then the files. Writes objects only; the work tree, its index and HEAD are not touched.
 */
export async function assembleTree(
  context: HostContext,
  base: string,
  overlays: readonly Overlay[],
  files: readonly WrittenFile[] = [],
): Promise<string> {
  return withTemporaryFolder(context, async (folder) => {
    const index = join(folder, "index");
    await runGit(context, ["read-tree", base], { index });
    for (const { commit, paths } of byCommit(overlays)) {
      const pathspecs = paths.map(includePathspec);
      await runGit(context, ["reset", "--quiet", commit, "--", ...pathspecs], { index });
    }
    for (const { path, content } of files) {
      const blob = await runGit(context, ["hash-object", "-w", "--stdin"], { input: content });
      const entry = `100644,${blob.trim()},${path}`;
      await runGit(context, ["update-index", "--add", "--cacheinfo", entry], { index });
    }
    return (await runGit(context, ["write-tree"], { index })).trim();
  });
}

/** The tree without the protected paths: what releases are compared by. */
export async function withoutPaths(
  context: HostContext,
  base: string,
  paths: readonly string[],
  overlays: readonly Overlay[] = [],
  files: readonly WrittenFile[] = [],
): Promise<string> {
  const empty = await emptyTree(context);
  const removals = paths.map((path) => ({ path, commit: empty }));
  return assembleTree(context, base, [...overlays, ...removals], files);
}

/** Neighbours of one commit go together; the order is kept, since a later overlay may lie inside an earlier one. */
function byCommit(overlays: readonly Overlay[]): { commit: string; paths: string[] }[] {
  const groups: { commit: string; paths: string[] }[] = [];
  for (const { path, commit } of overlays) {
    const last = groups.at(-1);
    if (last?.commit === commit) last.paths.push(path);
    else groups.push({ commit, paths: [path] });
  }
  return groups;
}

export async function emptyTree(context: HostContext): Promise<string> {
  return (await runGit(context, ["hash-object", "-w", "-t", "tree", "/dev/null"])).trim();
}
