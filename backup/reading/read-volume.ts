import type { GovernedVolume } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { volumeUsers, type VolumeUser } from "../../host/docker/users";
import type { Reading } from "../../stores/reading";
import { STORES } from "../../stores/stores";

/**
 * Finds out how to read a governed volume so that what is in its archive belongs together, whoever writes it meanwhile: a file copy
 * of a running database is not a backup (document: pre-execution backup, step 3). Nothing is read or changed yet.
 *
 * @throws Error when the container that writes the volume cannot be asked for its data.
 */
export async function planReading(context: HostContext, volume: GovernedVolume): Promise<Reading> {
  const writers = (await volumeUsers(context, volume)).filter((user) => user.writes);
  const active = writers.filter((user) => user.state !== "paused");
  const [writer] = active;
  if (writer === undefined) return quiet();
  refuseUnclear(volume, active);
  return STORES[volume.data].read(context.docker.getContainer(writer.id), writer);
}

function refuseUnclear(volume: GovernedVolume, active: readonly VolumeUser[]): void {
  const names = active.map((user) => `"${user.name}" (${user.state})`).join(", ");
  if (active.some((user) => user.state !== "running")) {
    throw new Error(`volume "${volume.name}" cannot be read: its container ${names} is not steady`);
  }
  if (active.length > 1 && !STORES[volume.data].shared) {
    throw new Error(`volume "${volume.name}" cannot be read: ${names} all write to it`);
  }
}

function quiet(): Reading {
  return {
    exclude: [],
    database: false,
    read: async (passes) => {
      await passes.all("quiet");
      return "copied while nobody wrote it";
    },
  };
}
