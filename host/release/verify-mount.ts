import { readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { HostContext } from "../context";
import { contentId } from "../untracked/content-id";
import { readEntry, type UntrackedEntry } from "../untracked/read-entry";
import type { MountContent } from "./mounts";
import { objectFormat } from "../git/object-format";
import { withoutTrailingSlash } from "../git/pathspec";

/** Reads an exported mount back from the disk and rejects unless it is exactly what its name says. */
export async function verifyMount(
  context: HostContext,
  content: MountContent,
  folder: string,
  id: string,
): Promise<void> {
  const format = await objectFormat(context);
  const above = dirname(withoutTrailingSlash(content.path));
  const found: UntrackedEntry[] = [];
  for (const file of await filesOf(folder)) {
    const entry = await readEntry(format, folder, relative(folder, file));
    if (entry !== null) found.push({ ...entry, path: join(above, entry.path) });
  }
  const read = await contentId(context, found);
  if (read !== id) {
    throw new Error(`the export of "${content.path}" differs from the release: ${read}, not ${id}`);
  }
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}
