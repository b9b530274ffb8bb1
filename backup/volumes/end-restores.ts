import type { GovernedVolume } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { endStaleHelpers } from "../../host/docker/users";
import { removeMinioServer } from "../../stores/minio-server";
import { OBJECTS } from "./documents";
import { removeScratchVolume } from "./scratch-volume";

/**
 * Ends the restores that a killed run left at work on these volumes, for a change that is aborted: their containers outlive the
 * process. What they have written stays. The caller holds the lock.
 */
export async function endRestores(
  context: HostContext,
  volumes: readonly GovernedVolume[],
): Promise<void> {
  for (const volume of volumes) await endStaleHelpers(context, volume);
  await removeMinioServer(context);
  await removeScratchVolume(context, OBJECTS);
}
