import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { UntrackedAssembly } from "../../plan/model/wanted";
import { liesBelow } from "../../plan/release/paths";
import type { HostContext } from "../context";
import { writeDurably } from "../durable-file";
import { isThere, publishFolder } from "../git/publish-folder";
import { statePath } from "../state-directory";
import { contentId } from "./content-id";
import { copyEntry } from "./copy-entry";
import { type Listing, LISTING_FILE } from "./listing";
import type { UntrackedEntry } from "./read-entry";
import { holdsEntry, readSavedSet, requireSavedSet, savedFiles, type SavedSet } from "./saved-set";
import { PART_SUFFIX, workTreeFiles } from "./work-tree-files";

/** Files and links of an assembly, each path from the set that it names; a preview may look at files that no change has saved yet. */
export async function assembledEntries(
  context: HostContext,
  { base, overlays }: UntrackedAssembly,
): Promise<readonly UntrackedEntry[]> {
  let entries = await entriesOf(context, base);
  for (const { path, contentId: id } of overlays) {
    const taken = (await entriesOf(context, id)).filter((entry) => liesBelow(path, entry.path));
    entries = [...entries.filter((entry) => !liesBelow(path, entry.path)), ...taken];
  }
  return entries;
}

/** Saves an assembly of sets that are saved, under its content id. */
export async function saveAssembled(
  context: HostContext,
  assembly: UntrackedAssembly,
): Promise<string> {
  const entries = await assembledEntries(context, assembly);
  const id = await contentId(context, entries);
  const target = statePath.untracked(context, id);
  if (await isThere(target)) return id;
  const { base, overlays } = assembly;
  const ids = [base, ...overlays.map((overlay) => overlay.contentId)];
  const sets = await Promise.all(ids.map((each) => requireSavedSet(context, each)));
  await publishFolder(target, async (folder) => {
    for (const entry of entries) {
      const to = join(savedFiles(folder), entry.path);
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      await copyEntry(entry, join(filesWith(sets, entry), entry.path), to, PART_SUFFIX);
    }
    const folders = new Map(
      sets.flatMap(({ listing }) => listing.folders.map((each) => [each.path, each] as const)),
    );
    const listing: Listing = {
      ...{ version: 1, paths: context.application.untrackedPaths, entries },
      folders: [...folders.values()],
    };
    await writeDurably(join(folder, LISTING_FILE), `${JSON.stringify(listing, null, 2)}\n`);
  });
  return id;
}

/** Where the bytes of an entry are. */
function filesWith(sets: readonly SavedSet[], entry: UntrackedEntry): string {
  const set = sets.find((candidate) => holdsEntry(candidate, entry));
  if (set === undefined) throw new Error(`no saved set has the untracked file "${entry.path}"`);
  return savedFiles(set.folder);
}

async function entriesOf(context: HostContext, id: string): Promise<readonly UntrackedEntry[]> {
  const saved = await readSavedSet(context, id);
  if (saved !== null) return saved.listing.entries;
  const present = await workTreeFiles(context, context.application.untrackedPaths);
  if ((await contentId(context, present)) === id) return present;
  return (await requireSavedSet(context, id)).listing.entries;
}
