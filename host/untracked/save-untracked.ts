import { lstat, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HostContext } from "../context";
import { writeDurably } from "../durable-file";
import { objectFormat } from "../git/object-format";
import { isThere, publishFolder } from "../git/publish-folder";
import { statePath } from "../state-directory";
import { contentId } from "./content-id";
import { copyEntry } from "./copy-entry";
import { type Listing, LISTING_FILE, type SavedFolder } from "./listing";
import { readEntry, type UntrackedEntry } from "./read-entry";
import { savedFiles } from "./saved-set";
import { PART_SUFFIX, workTreeFiles } from "./work-tree-files";

const ATTEMPTS = 3;

/** The name of the untracked files that the work tree holds under these paths now; nothing is saved. */
export async function workTreeUntracked(
  context: HostContext,
  paths: readonly string[],
): Promise<string> {
  return contentId(context, await workTreeFiles(context, paths));
}

/**
 * Saves the work tree's untracked files under these paths, with modes and owners, and gives the set's name. What is saved
 * under a name is complete and never changes; the empty set has a name too.
 */
export async function saveUntracked(
  context: HostContext,
  paths: readonly string[],
): Promise<string> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const entries = await workTreeFiles(context, paths);
    const id = await contentId(context, entries);
    if (await saved(context, id, paths, entries)) return id;
  }
  throw new Error(`untracked files of ${context.repository} are being written; nothing was saved`);
}

/** False if a file changed between being looked at and being copied. */
async function saved(
  context: HostContext,
  id: string,
  paths: readonly string[],
  entries: readonly UntrackedEntry[],
): Promise<boolean> {
  const target = statePath.untracked(context, id);
  if (await isThere(target)) return true;
  try {
    await publishFolder(target, async (folder) => {
      await copyAll(context, entries, savedFiles(folder));
      const folders = await foldersOf(context, entries);
      const listing: Listing = { version: 1, paths, entries, folders };
      await writeDurably(join(folder, LISTING_FILE), `${JSON.stringify(listing, null, 2)}\n`);
    });
    return true;
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return false;
    throw error;
  }
}

class ChangedMeanwhile extends Error {}

async function copyAll(
  context: HostContext,
  entries: readonly UntrackedEntry[],
  files: string,
): Promise<void> {
  const format = await objectFormat(context);
  await mkdir(files, { mode: 0o700 });
  for (const entry of entries) {
    const to = join(files, entry.path);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await copyEntry(entry, join(context.repository, entry.path), to, PART_SUFFIX);
    const copy = await readEntry(format, files, entry.path);
    if (copy?.digest !== entry.digest || copy.mode !== entry.mode) throw new ChangedMeanwhile();
  }
}

/** The folders above the files, outermost first, so that missing ones are made again as they were. */
async function foldersOf(
  context: HostContext,
  entries: readonly UntrackedEntry[],
): Promise<SavedFolder[]> {
  const paths = new Set<string>();
  for (const { path } of entries) {
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) paths.add(folder);
  }
  return Promise.all(
    [...paths].sort().map(async (path) => {
      const { mode, uid, gid } = await lstat(join(context.repository, path));
      return { path, mode: (mode & 0o7777).toString(8).padStart(3, "0"), uid, gid };
    }),
  );
}
