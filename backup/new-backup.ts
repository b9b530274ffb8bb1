import { rename, rm } from "node:fs/promises";
import { join, sep } from "node:path";
import type { HostContext } from "../host/context";
import { endHelpers } from "../host/docker/users";
import { makePrivateFolder, syncFolder, syncTree } from "../host/durable-file";
import { isLeftBehind, ownedName } from "../host/owned-name";
import { statePath } from "../host/state-directory";
import type { BackupSummary } from "../plan/model/observed";
import { backupFolders, PART_PREFIX } from "./format/list";
import { type Manifest, summaryOf, writeManifest } from "./format/manifest";
import { addVerification, type Verification } from "./format/verifications";
import { writeReadme } from "./readme";

/**
 * Lets `fill` make a backup in a folder that gets its id only when everything in it is complete and on disk. A backup that fails leaves
 * nothing behind; what a killed one left is removed by the next. The caller holds the lock.
 */
export async function newBackup<Made extends { readonly id: string }>(
  context: HostContext,
  fill: (part: string) => Promise<Made>,
): Promise<Made> {
  await removeLeftBehind(context);
  const part = await partOf(context, "new");
  await makePrivateFolder(join(part, "volumes"));
  try {
    const made = await fill(part);
    await publish(context, part, made.id);
    return made;
  } catch (error) {
    await removePart(context, part);
    throw error;
  }
}

/** Completes a backup whose archives were proven as they were read back; the manifest goes last, since it makes a folder a backup. */
export async function completeBackup(part: string, manifest: Manifest): Promise<BackupSummary> {
  const at = new Date().toISOString();
  const verification: Verification = { level: "archive", at, ok: true, problems: [] };
  await writeReadme(part, manifest);
  await addVerification(part, verification);
  await writeManifest(part, manifest);
  return summaryOf(manifest, [verification]);
}

/**
 * Removes a backup: only for a person who asked for it. It loses its name first, so that a removal that is cut short leaves no
 * backup that looks complete; the next backup removes the rest. The caller holds the lock.
 */
export async function removeBackup(context: HostContext, id: string): Promise<void> {
  const part = await partOf(context, id);
  await rename(statePath.backup(context, id), part);
  await syncFolder(statePath.backups(context));
  await rm(part, { recursive: true, force: true });
}

/** What a backup is called while it is not complete. */
async function partOf(context: HostContext, id: string): Promise<string> {
  return join(statePath.backups(context), `${PART_PREFIX}${id}.${await ownedName()}`);
}

async function publish(context: HostContext, part: string, id: string): Promise<void> {
  await syncTree(part);
  await rename(part, statePath.backup(context, id));
  await syncFolder(statePath.backups(context));
}

/** Helpers that still write to it are ended first. */
async function removePart(context: HostContext, part: string): Promise<void> {
  await endHelpers(
    context,
    (mount) => mount.Source === part || mount.Source.startsWith(part + sep),
  );
  await rm(part, { recursive: true, force: true });
}

async function removeLeftBehind(context: HostContext): Promise<void> {
  for (const name of await backupFolders(context)) {
    if (!name.startsWith(PART_PREFIX) || !(await isLeftBehind(name))) continue;
    await removePart(context, join(statePath.backups(context), name));
  }
}
