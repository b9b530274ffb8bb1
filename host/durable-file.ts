import { randomUUID } from "node:crypto";
import { link, mkdir, open, opendir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/**
 * Replaces a file so that after a crash or `kill -9` either the old content or the new one is there, whole. `mode` counts
 * whatever the umask is.
 */
export async function writeDurably(
  file: string,
  content: string | Uint8Array,
  mode: number = PRIVATE_FILE,
): Promise<void> {
  await withTemporary(file, content, mode, async (temporary) => rename(temporary, file));
}

/** Like `writeDurably`, for a file that must not exist: of several that try at once exactly one gets `true`. */
export async function createDurably(
  file: string,
  content: string | Uint8Array,
  mode: number = PRIVATE_FILE,
): Promise<boolean> {
  return withTemporary(file, content, mode, async (temporary) => {
    try {
      await link(temporary, file);
      return true;
    } catch (error) {
      if (isErrno(error, "EEXIST")) return false;
      throw error;
    }
  });
}

/** Makes a folder and its missing parents, for this user alone, and keeps it over a crash. */
export async function makePrivateFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) {
    await syncFolder(dirname(made));
  }
}

/** Makes what was renamed, created or removed in a folder last over a power loss. */
export async function syncFolder(folder: string): Promise<void> {
  await syncPath(folder);
}

/** Makes everything in a folder last over a power loss, whoever wrote it. */
export async function syncTree(folder: string): Promise<void> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncFile(path);
  }
  await syncFolder(folder);
}

/** Makes a file's content last over a power loss. */
export async function syncFile(file: string): Promise<void> {
  await syncPath(file);
}

/** Whether an error is the operating system's error of that code, for example `ENOENT`. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function withTemporary<T>(
  file: string,
  content: string | Uint8Array,
  mode: number,
  publish: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomUUID()}.part`);
  try {
    await writeSynced(temporary, content, mode);
    const result = await publish(temporary);
    await syncFolder(dirname(file));
    return result;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeSynced(
  file: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const handle = await open(file, "wx", mode);
  try {
    await handle.chmod(mode);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
