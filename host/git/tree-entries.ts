import type { HostContext } from "../context";
import { withoutTrailingSlash } from "./pathspec";
import { records, runGit } from "./run-git";

export interface TreeEntry {
  /** Git's mode, octal: 100644, 100755, 120000, 040000, 160000. */
  readonly mode: string;
  readonly kind: "blob" | "tree" | "commit";
  readonly id: string;
  readonly path: string;
}

/** What a tree holds at exactly these paths, folders as folders; paths that it does not have are left out. */
export async function entriesAt(
  context: HostContext,
  tree: string,
  paths: readonly string[],
): Promise<TreeEntry[]> {
  return list(context, ["ls-tree", "-z", tree], paths);
}

/** Every file and link that a tree holds at or below these paths. */
export async function filesBelow(
  context: HostContext,
  tree: string,
  paths: readonly string[],
): Promise<TreeEntry[]> {
  return list(context, ["ls-tree", "-r", "-z", tree], paths);
}

/** The text of a file that git tracks, or the target of a link. */
export async function blobText(
  context: HostContext,
  { id }: Pick<TreeEntry, "id">,
): Promise<string> {
  return runGit(context, ["cat-file", "blob", id]);
}

async function list(
  context: HostContext,
  command: readonly string[],
  paths: readonly string[],
): Promise<TreeEntry[]> {
  // Without a path git would list the whole tree.
  if (paths.length === 0) return [];
  const output = await runGit(context, [...command, "--", ...paths.map(withoutTrailingSlash)]);
  return records(output).map(parseEntry);
}

function parseEntry(record: string): TreeEntry {
  const match = /^(\d+) (blob|tree|commit) ([0-9a-f]+)\t(.+)$/s.exec(record);
  const [, mode, kind, id, path] = match ?? [];
  if (mode === undefined || kind === undefined || id === undefined || path === undefined) {
    throw new Error(`git listed a tree in a form that is not known: ${record}`);
  }
  return { mode, kind: kind as TreeEntry["kind"], id, path };
}
