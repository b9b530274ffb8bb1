import type { GovernedVolume } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { endStaleHelpers } from "../../host/docker/users";
import { removeScratchMinio } from "../../stores/scratch-minio";

/**
 * Ends the restores that a killed run left at work on these volumes, for a change that is given up: their containers outlive the
 * process. What they have written stays. The caller holds the lock.
 */
export async function endRestores(
  context: HostContext,
  volumes: readonly GovernedVolume[],
): Promise<void> {
  for (const volume of volumes) await endStaleHelpers(context, volume);
  await removeScratchMinio(context);
}
