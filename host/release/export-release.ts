import { createWriteStream } from "node:fs";
import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Release } from "../../plan/model/wanted";
import type { HostContext } from "../context";
import { statePath } from "../state-directory";
import { copyEntry } from "../untracked/copy-entry";
import { savedSets, savedFiles, type SavedSet } from "../untracked/saved-set";
import { PART_SUFFIX } from "../untracked/work-tree-files";
import { exportTree } from "./export-tree";
import { type MountContent, mountContents, mountId } from "./mounts";
import { withoutTrailingSlash } from "../git/pathspec";
import { isThere, publishFolder } from "../git/publish-folder";
import { streamGit } from "../git/stream-git";
import { entriesAt, type TreeEntry } from "../git/tree-entries";
import { verifyMount } from "./verify-mount";

/**
 * Exports what containers are built from and what they mount, each into a folder that its content names, complete or
 * absent. What is there is not written again, so a live side's files are never touched.
 */
export async function exportRelease(context: HostContext, release: Release): Promise<void> {
  for (const tree of new Set(Object.values(release.contexts))) {
    await publishFolder(statePath.buildContext(context, tree), (folder) =>
      exportTree(context, tree, folder),
    );
  }
  for (const [path, id] of Object.entries(release.mounts)) {
    if (await isThere(statePath.mount(context, id))) continue;
    const { content, set } = await sourceOfMount(context, release, path, id);
    await publishFolder(statePath.mount(context, id), async (folder) => {
      await writeMount(context, release.tree, content, set, folder);
      await verifyMount(context, content, folder, id);
    });
  }
}

interface MountSource {
  readonly content: MountContent;
  readonly set: SavedSet | null;
}

/** A mount's name is computed from its content, so the set of untracked files that gives this name is the right one. */
async function sourceOfMount(
  context: HostContext,
  release: Release,
  path: string,
  id: string,
): Promise<MountSource> {
  const candidates: (SavedSet | null)[] = [null, ...(await savedSets(context))];
  for (const set of candidates) {
    const entries = set?.listing.entries ?? [];
    const [content] = await mountContents(context, release.tree, entries, [path]);
    if (content !== undefined && (await mountId(context, content)) === id) return { content, set };
  }
  throw new Error(`no saved set of untracked files gives the mount "${path}" its content ${id}`);
}

async function writeMount(
  context: HostContext,
  tree: string,
  content: MountContent,
  set: SavedSet | null,
  folder: string,
): Promise<void> {
  const path = withoutTrailingSlash(content.path);
  const root = join(folder, basename(path));
  const [entry] = await entriesAt(context, tree, [path]);
  if (entry?.kind === "blob") await exportBlob(context, entry, root);
  if (entry?.kind === "tree") {
    await mkdir(root);
    await exportTree(context, entry.id, root);
  }
  for (const file of content.untracked) {
    const to = join(folder, relative(dirname(path), file.path));
    await mkdir(dirname(to), { recursive: true });
    const from = join(savedFiles(set?.folder ?? ""), file.path);
    await copyEntry(file, from, to, PART_SUFFIX);
  }
  await openFolders(root);
}

/** Writes one file that git tracks, executable where git says so. */
async function exportBlob(context: HostContext, entry: TreeEntry, file: string): Promise<void> {
  await streamGit(
    context,
    ["cat-file", "blob", entry.id],
    createWriteStream(file, { flags: "wx" }),
  );
  // The mode counts whatever the umask is.
  await chmod(file, entry.mode === "100755" ? 0o755 : 0o644);
}

/** Containers look into mounted folders whatever the umask is; what the files allow stays. */
async function openFolders(root: string): Promise<void> {
  if (!(await lstat(root)).isDirectory()) return;
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(root, entry.name));
  }
}
