import type { GovernedVolume } from "../../plan/topology";
import type { HostContext } from "../context";
import { endStaleHelpers } from "../docker/users";
import { removeScratchMinio } from "./scratch-minio";

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
