import { chmod } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import type { HostContext } from "../context";
import { streamGit } from "../git/stream-git";
import type { TreeEntry } from "../git/tree-entries";

/** Writes one file that git tracks, executable where git says so. */
export async function exportBlob(
  context: HostContext,
  entry: TreeEntry,
  file: string,
): Promise<void> {
  await streamGit(
    context,
    ["cat-file", "blob", entry.id],
    createWriteStream(file, { flags: "wx" }),
  );
  // The mode counts whatever the umask is.
  await chmod(file, entry.mode === "100755" ? 0o755 : 0o644);
}
