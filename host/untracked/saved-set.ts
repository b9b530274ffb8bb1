import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { UntrackedEntry } from "./read-entry";
import { ProblemsError } from "../../plan/problem";
import type { HostContext } from "../context";
import { isErrno } from "../durable-file";
import { statePath } from "../state-directory";
import { contentId } from "./content-id";
import { damagedListing, type Listing, readListing } from "./listing";

/** A saved set of untracked files, and the folder that holds it. */
export interface SavedSet {
  readonly listing: Listing;
  readonly folder: string;
}

const UNTRACKED_OF_BACKUP = "untracked";

/** Whether a saved set has the bytes of a file or link. */
export function holdsEntry({ listing }: SavedSet, wanted: UntrackedEntry): boolean {
  return listing.entries.some(
    ({ path, digest, mode }) =>
      path === wanted.path && digest === wanted.digest && mode === wanted.mode,
  );
}

/** Where the bytes of a saved set are. */
export function savedFiles(folder: string): string {
  return join(folder, "files");
}

/** A saved set by its content id; null if none is saved under it. Backups hold copies: they serve when the set itself is gone. */
export async function readSavedSet(context: HostContext, id: string): Promise<SavedSet | null> {
  const folder = statePath.untracked(context, id);
  const own = await readListing(folder);
  if (own !== null) {
    if ((await contentId(context, own.entries)) !== id) throw damagedListing(folder);
    return { listing: own, folder };
  }
  for (const set of await setsOfBackups(context)) {
    if ((await contentId(context, set.listing.entries)) === id) return set;
  }
  return null;
}

/** The same, or the empty set, which needs not be saved; rejects with a problem if the set is not on this host. */
export async function requireSavedSet(context: HostContext, id: string): Promise<SavedSet> {
  const saved = await readSavedSet(context, id);
  if (saved !== null) return saved;
  const folder = statePath.untracked(context, id);
  if (id === (await contentId(context, []))) {
    return { listing: { version: 1, paths: [], entries: [], folders: [] }, folder };
  }
  throw new ProblemsError("use the untracked files", [
    {
      subject: `untracked files ${id.slice(0, 12)}`,
      what: "are not saved on this host",
      advice: [`looked for ${folder} and in the backups`, "choose a backup that holds them"],
    },
  ]);
}

/** Every set that is saved on this host. */
export async function savedSets(context: HostContext): Promise<SavedSet[]> {
  const parent = statePath.untracked(context, "");
  const names = await visibleNames(parent);
  const own = await setsIn(names.map((name) => join(parent, name)));
  return [...own, ...(await setsOfBackups(context))];
}

async function setsOfBackups(context: HostContext): Promise<SavedSet[]> {
  const ids = await visibleNames(statePath.backups(context));
  return setsIn(ids.map((id) => join(statePath.backup(context, id), UNTRACKED_OF_BACKUP)));
}

async function setsIn(folders: readonly string[]): Promise<SavedSet[]> {
  const sets = await Promise.all(
    // An unreadable set holds nothing for anybody; whoever needs it is told that it is not there.
    folders.map(async (folder) => ({
      listing: await readListing(folder).catch(() => null),
      folder,
    })),
  );
  return sets.flatMap(({ listing, folder }) => (listing === null ? [] : [{ listing, folder }]));
}

/** Names that begin with a dot are unfinished. */
async function visibleNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  });
  return names.filter((name) => !name.startsWith(".")).sort();
}
