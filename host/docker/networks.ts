import type { HostContext } from "../context";
import { NOT_FOUND, statusOf } from "./statuses";

const HAS_ENDPOINTS = 403;

/**
 * What became of a network that was to be removed. `inUse`: something else is connected to it, or Docker still counts a container that
 * is gone, which only a restart of the engine cures.
 */
export type NetworkEnd = "removed" | "absent" | "inUse";

/** Removes a network, by its id or name, unless something uses it. */
export async function removeNetwork(context: HostContext, network: string): Promise<NetworkEnd> {
  try {
    await context.docker.getNetwork(network).remove();
    return "removed";
  } catch (error) {
    if (statusOf(error) === NOT_FOUND) return "absent";
    if (statusOf(error) === HAS_ENDPOINTS) return "inUse";
    throw error;
  }
}
