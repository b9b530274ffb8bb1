import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { UntrackedAssembly } from "../../plan/model/wanted";
import type { HostContext } from "../context";
import type { ReadReleaseFile } from "../compose/lay-out";
import { blobText, entriesAt } from "../git/tree-entries";
import { assembledEntries } from "../untracked/assembled-set";
import type { UntrackedEntry } from "../untracked/read-entry";
import { holdsEntry, readSavedSet, savedFiles } from "../untracked/saved-set";

/** Reads files of a release: what git tracks counts where both have a path. A preview may read files that no change has saved yet. */
export async function releaseReader(
  context: HostContext,
  tree: string,
  untracked: UntrackedAssembly,
): Promise<ReadReleaseFile> {
  const entries = new Map(
    (await assembledEntries(context, untracked)).map((entry) => [entry.path, entry]),
  );
  return async (path) => {
    const [tracked] = await entriesAt(context, tree, [path]);
    if (tracked?.kind === "blob" && tracked.mode !== "120000") {
      return blobText(context, tracked);
    }
    const entry = entries.get(path);
    if (entry === undefined || entry.target !== null) return null;
    return readFile(await placeOf(context, untracked, entry), "utf8");
  };
}

/** In the saved set that has it, else in the work tree. */
async function placeOf(
  context: HostContext,
  { base, overlays }: UntrackedAssembly,
  entry: UntrackedEntry,
): Promise<string> {
  for (const id of [...overlays.map(({ contentId }) => contentId), base]) {
    const set = await readSavedSet(context, id);
    if (set !== null && holdsEntry(set, entry)) return join(savedFiles(set.folder), entry.path);
  }
  return join(context.repository, entry.path);
}
