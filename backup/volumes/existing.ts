import { stat } from "node:fs/promises";
import type { GovernedVolume } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { folderPath } from "../../host/docker/users";
import { gone } from "../../host/docker/statuses";
import { isErrno } from "../../host/durable-file";

/** Those governed volumes and folders that are on this host. */
export async function existingVolumes(
  context: HostContext,
  volumes: readonly GovernedVolume[],
): Promise<GovernedVolume[]> {
  const existing = await Promise.all(volumes.map((volume) => volumeExists(context, volume)));
  return volumes.filter((_, index) => existing[index]);
}

/**
 * Whether a governed volume is on this host. Asked before anything mounts it, because a mount would create it.
 *
 * @throws Error when a folder's path is something else than a folder.
 */
export async function volumeExists(context: HostContext, volume: GovernedVolume): Promise<boolean> {
  if (volume.kind === "folder") return folderExists(folderPath(context, volume));
  const found = context.docker.getVolume(volume.dockerName).inspect();
  return (await found.catch(gone)) !== null;
}

async function folderExists(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
  throw new Error(`"${path}" should be a folder but is not`);
}
