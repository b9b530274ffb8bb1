import { chmod, chown, lstat, mkdir, realpath, rm, rmdir } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type Problem, ProblemsError } from "../../plan/problem";
import type { HostContext } from "../context";
import { isErrno } from "../durable-file";
import { objectFormat } from "../git/object-format";
import { includePathspec } from "../git/pathspec";
import { records, runGit } from "../git/run-git";
import { copyEntry, ownerOf } from "./copy-entry";
import type { Listing } from "./listing";
import { readEntry, type UntrackedEntry } from "./read-entry";
import { requireSavedSet, savedFiles } from "./saved-set";
import { saveUntracked } from "./save-untracked";
import { PART_SUFFIX, workTreeFiles } from "./work-tree-files";

/**
 * Puts a saved set of untracked files into the work tree, with modes and owners, so that the work tree holds exactly this
 * set under the paths of the set: what it replaces or removes is saved first. Paths that git tracks now are left to git.
 * Gives the paths that it changed, none when all is in place.
 */
export async function placeUntracked(context: HostContext, id: string): Promise<string[]> {
  const { listing, folder } = await requireSavedSet(context, id);
  const source = savedFiles(folder);
  await refuseDamage(context, listing, source);
  await saveUntracked(context, listing.paths);
  const present = await workTreeFiles(context, listing.paths);
  const wanted = await withoutTracked(context, listing.entries);
  const byPath = new Map(present.map((entry) => [entry.path, entry]));
  const missing = wanted.filter((entry) => !sameEntry(entry, byPath.get(entry.path)));
  const kept = new Set(wanted.map((entry) => entry.path));
  const surplus = present.filter((entry) => !kept.has(entry.path));
  for (const entry of [...missing, ...surplus]) await refuseWayOut(context, entry.path);
  for (const entry of surplus) await removeFile(context, entry.path);
  for (const entry of missing) await placeEntry(context, listing, source, entry);
  return [...missing, ...surplus].map((entry) => entry.path).sort();
}

function sameEntry(wanted: UntrackedEntry, present: UntrackedEntry | undefined): boolean {
  if (present?.digest !== wanted.digest || present.mode !== wanted.mode) return false;
  const [uid, gid] = ownerOf(wanted);
  return present.uid === uid && present.gid === gid;
}

async function withoutTracked(
  context: HostContext,
  entries: readonly UntrackedEntry[],
): Promise<UntrackedEntry[]> {
  if (entries.length === 0) return [];
  const pathspecs = entries.map((entry) => includePathspec(entry.path));
  const tracked = new Set(records(await runGit(context, ["ls-files", "-z", "--", ...pathspecs])));
  return entries.filter((entry) => !tracked.has(entry.path));
}

/** A damaged copy is noticed before anything in the work tree is replaced. */
async function refuseDamage(context: HostContext, listing: Listing, source: string): Promise<void> {
  const format = await objectFormat(context);
  const problems: Problem[] = [];
  for (const entry of listing.entries) {
    const copy = await readEntry(format, source, entry.path);
    if (copy?.digest !== entry.digest) {
      const advice = ["choose a backup that holds it, or restore the saved file"];
      problems.push({ subject: join(source, entry.path), what: "is missing or damaged", advice });
    }
  }
  if (problems.length > 0) throw new ProblemsError("put the untracked files in place", problems);
}

/** Refuses a path whose folders lead out of the repository by a link, or are no folders. */
async function refuseWayOut(context: HostContext, path: string): Promise<void> {
  const root = await realpath(context.repository);
  for (const folder of foldersAbove(path)) {
    const found = await lstat(join(root, folder)).catch(nullIfMissing);
    if (found === null) return;
    const real = await realpath(join(root, folder));
    if (real !== root && !real.startsWith(root + sep)) {
      throw cannotPlace(path, `its folder "${folder}" leads out of the repository`);
    }
  }
}

async function placeEntry(
  context: HostContext,
  listing: Listing,
  source: string,
  entry: UntrackedEntry,
): Promise<void> {
  for (const folder of foldersAbove(entry.path)) await ensureFolder(context, listing, folder);
  const to = join(context.repository, entry.path);
  const found = await lstat(to).catch(nullIfMissing);
  if (found?.isDirectory()) throw cannotPlace(entry.path, "a folder of this name is in its place");
  await copyEntry(entry, join(source, entry.path), to, PART_SUFFIX);
}

async function ensureFolder(context: HostContext, listing: Listing, folder: string): Promise<void> {
  const path = join(context.repository, folder);
  const saved = listing.folders.find((candidate) => candidate.path === folder);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (isErrno(error, "EEXIST")) return;
    throw error;
  }
  if (saved === undefined) return;
  await chown(path, ...ownerOf(saved));
  await chmod(path, Number.parseInt(saved.mode, 8));
}

/** Removes a file that is saved and belongs to another set, and the folders that are empty then, as git does. */
async function removeFile(context: HostContext, path: string): Promise<void> {
  await rm(join(context.repository, path), { force: true });
  for (const folder of foldersAbove(path).reverse()) {
    try {
      await rmdir(join(context.repository, folder));
    } catch (error) {
      if (isErrno(error, "ENOENT")) continue;
      return;
    }
  }
}

/** Outermost first. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder))
    folders.unshift(folder);
  return folders;
}

function nullIfMissing(error: unknown): null {
  if (isErrno(error, "ENOENT") || isErrno(error, "ENOTDIR")) return null;
  throw error;
}

function cannotPlace(path: string, what: string): ProblemsError {
  const advice = ["remove what is in the way and run the same command again"];
  return new ProblemsError("put the untracked files in place", [
    { subject: `untracked file "${path}"`, what, advice },
  ]);
}
