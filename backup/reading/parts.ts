import { open, readdir, rename, rm } from "node:fs/promises";
import { join, sep } from "node:path";
import type { HostContext } from "../../host/context";
import { endHelpers } from "../../host/docker/users";
import { isErrno, makePrivateFolder, syncFolder } from "../../host/durable-file";
import { statePath } from "../../host/state-directory";
import { backupFolders, PART_PREFIX } from "../format/list";

/** Makes the folder that a backup is written to until it is complete. */
export async function beginPart(context: HostContext, id: string): Promise<string> {
  const folder = join(statePath.backups(context), `${PART_PREFIX}${id}-${process.pid}`);
  await makePrivateFolder(join(folder, "volumes"));
  return folder;
}

/** Gives a backup its final name, after everything in it has reached the disk. */
export async function publishPart(context: HostContext, part: string, id: string): Promise<void> {
  await syncTree(part);
  await rename(part, statePath.backup(context, id));
  await syncFolder(statePath.backups(context));
}

/** Removes what a backup that failed has written; helpers that still write to it are ended first. */
export async function removePart(context: HostContext, part: string): Promise<void> {
  await endHelpers(
    context,
    (mount) => mount.Source === part || mount.Source.startsWith(part + sep),
  );
  await rm(part, { recursive: true, force: true });
}

/** Removes what killed backups left behind; those of processes that still run are not touched. */
export async function sweepParts(context: HostContext): Promise<void> {
  for (const name of await backupFolders(context)) {
    if (!name.startsWith(PART_PREFIX)) continue;
    const pid = Number(name.slice(name.lastIndexOf("-") + 1));
    if (isRunning(pid)) continue;
    await removePart(context, join(statePath.backups(context), name));
  }
}

function isRunning(pid: number): boolean {
  // An own folder of the same number is one of an earlier process: this one has not begun yet.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, "ESRCH");
  }
}

/** The helper wrote part of it, so every file is flushed here, by whoever it was written. */
async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncFile(path);
  }
  await syncFolder(folder);
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
