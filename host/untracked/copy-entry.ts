import { createReadStream } from "node:fs";
import { lchown, open, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { syncFolder } from "../durable-file";
import type { UntrackedEntry } from "./read-entry";

/**
 * Puts a copy of a file or link at `to`, with its mode and owner, replacing what is there in one step: a reader sees the
 * old one or the new one, whole. Until it has its owner, nobody else can read the new one.
 */
export async function copyEntry(
  entry: UntrackedEntry,
  from: string,
  to: string,
  partSuffix: string,
): Promise<void> {
  const part = join(dirname(to), `.${basename(to)}${partSuffix}`);
  await rm(part, { force: true });
  try {
    if (entry.target === null) await writeFile(entry, from, part);
    else await writeLink(entry, entry.target, part);
    await rename(part, to);
    await syncFolder(dirname(to));
  } finally {
    await rm(part, { force: true });
  }
}

async function writeFile(entry: UntrackedEntry, from: string, part: string): Promise<void> {
  const handle = await open(part, "wx", 0o600);
  try {
    const chunks: AsyncIterable<Uint8Array> = createReadStream(from);
    for await (const chunk of chunks) await handle.writeFile(chunk);
    await handle.chown(...ownerOf(entry));
    await handle.chmod(Number.parseInt(entry.mode.slice(3), 8));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeLink(entry: UntrackedEntry, target: string, part: string): Promise<void> {
  await symlink(target, part);
  await lchown(part, ...ownerOf(entry));
}

/** Only root may give files away; anybody else's copies are their own. */
export function ownerOf(owner: { readonly uid: number; readonly gid: number }): [number, number] {
  const own = process.getuid?.() ?? 0;
  return own === 0 ? [owner.uid, owner.gid] : [own, process.getgid?.() ?? 0];
}
