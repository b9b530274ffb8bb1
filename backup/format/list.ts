import { readdir } from "node:fs/promises";
import type { BackupSummary } from "../../plan/model/observed";
import type { HostContext } from "../../host/context";
import { isErrno } from "../../host/durable-file";
import { statePath } from "../../host/state-directory";
import { type Manifest, readManifest, summaryOf } from "./manifest";
import { readVerifications } from "./verifications";

/** Begins the name of a backup that is not complete; ids cannot begin with it. */
export const PART_PREFIX = ".part-";

/** Backups that are complete, ascending by sequence; what cannot be read is no backup. */
export async function listBackups(context: HostContext): Promise<BackupSummary[]> {
  const manifests = await readManifests(context);
  return Promise.all(
    manifests.map(async (manifest) =>
      summaryOf(manifest, await readVerifications(statePath.backup(context, manifest.id))),
    ),
  );
}

/** Whether a complete backup has that id. */
export async function hasBackup(context: HostContext, id: string): Promise<boolean> {
  return (await readManifests(context)).some((manifest) => manifest.id === id);
}

/** Manifests of all complete backups, ascending by sequence. */
export async function readManifests(context: HostContext): Promise<Manifest[]> {
  const names = await backupFolders(context);
  const read = await Promise.all(
    names
      .filter((name) => !name.startsWith("."))
      .map((name) => readManifest(statePath.backup(context, name)).catch(() => null)),
  );
  return read
    .filter((manifest) => manifest !== null)
    .sort((one, other) => one.sequence - other.sequence);
}

/** `wanted`, or where a backup has that id, the first of `wanted-2`, `wanted-3`, … that none has. */
export async function freeBackupId(context: HostContext, wanted: string): Promise<string> {
  const taken = new Set((await readManifests(context)).map(({ id }) => id));
  for (let number = 2, id = wanted; ; number += 1) {
    if (!taken.has(id)) return id;
    id = `${wanted}-${number}`;
  }
}

/** A number higher than every backup's: backups are ordered by it, since clocks may be set back. */
export async function nextSequence(context: HostContext): Promise<number> {
  const manifests = await readManifests(context);
  return 1 + Math.max(0, ...manifests.map(({ sequence }) => sequence));
}

/** Names of everything in the folder of backups. */
export async function backupFolders(context: HostContext): Promise<string[]> {
  try {
    return await readdir(statePath.backups(context));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}
