import { lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isErrno, makePrivateFolder, syncFolder, syncTree } from "../durable-file";
import { isLeftBehind, ownedName } from "../owned-name";

/**
 * Makes a folder that is either complete or absent, also after `kill -9` or a power loss: filled under another name beside
 * it, written to the disk, then renamed. Does nothing if it is there. The name stands for the content, so of two that
 * publish at once either may win.
 */
export async function publishFolder(
  target: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  if (await isThere(target)) return;
  await makePrivateFolder(dirname(target));
  await removeAbandoned(target);
  const part = `${partPrefix(target)}${await ownedName()}`;
  try {
    await mkdir(part, { mode: 0o700 });
    await fill(part);
    await syncTree(part);
    await renameUnlessThere(part, target);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Whether something of that name exists; links are not followed. */
export async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => {
      if (isErrno(error, "ENOENT")) return false;
      throw error;
    },
  );
}

async function renameUnlessThere(part: string, target: string): Promise<void> {
  try {
    await rename(part, target);
    await syncFolder(dirname(target));
  } catch (error) {
    if (!isErrno(error, "ENOTEMPTY") && !isErrno(error, "EEXIST")) throw error;
  }
}

function partPrefix(target: string): string {
  return join(dirname(target), `.part-${basename(target)}-`);
}

async function removeAbandoned(target: string): Promise<void> {
  const prefix = basename(partPrefix(target));
  for (const name of await readdir(dirname(target))) {
    if (name.startsWith(prefix) && (await isLeftBehind(name))) {
      await rm(join(dirname(target), name), { recursive: true, force: true });
    }
  }
}
