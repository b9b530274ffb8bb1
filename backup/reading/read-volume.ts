import type Docker from "dockerode";
import type { GovernedVolume } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { executeOrFail } from "../../host/docker/exec";
import { volumeUsers, type VolumeUser } from "../../host/docker/users";
import { planPostgres } from "./read-postgres";
import { planStore } from "./read-store";
import type { Reading } from "./reading";

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
  const container = context.docker.getContainer(writer.id);
  switch (volume.data) {
    case "postgres":
      return planPostgres(container, writer);
    case "redis":
      return saved(container, writer);
    case "minio":
      return planStore(writer, container);
    case "documents":
      return planStore(writer, null);
  }
}

function refuseUnclear(volume: GovernedVolume, active: readonly VolumeUser[]): void {
  const names = active.map((user) => `"${user.name}" (${user.state})`).join(", ");
  if (active.some((user) => user.state !== "running")) {
    throw new Error(`volume "${volume.name}" cannot be read: its container ${names} is not steady`);
  }
  // Any number may write documents: each is a file of its own, complete before its row is written.
  if (active.length > 1 && volume.data !== "documents") {
    throw new Error(`volume "${volume.name}" cannot be read: ${names} all write to it`);
  }
}

function quiet(): Reading {
  return {
    exclude: [],
    database: false,
    read: async (reader) => {
      await reader.all("quiet");
      return "copied while nobody wrote it";
    },
  };
}

function saved(container: Docker.Container, user: VolumeUser): Reading {
  return {
    exclude: ["./temp-*.rdb"],
    database: true,
    read: async (reader, moment) => {
      await save(container);
      moment.fixed();
      await reader.all("written");
      return `copied after SAVE in "${user.name}"`;
    },
  };
}

async function save(container: Docker.Container): Promise<void> {
  const answer = await executeOrFail(container, ["redis-cli", "SAVE"]);
  // redis-cli ends with 0 on an error reply too.
  if (answer.trim() !== "OK") throw new Error(`Redis refused SAVE: ${answer.trim()}`);
}
