import type Docker from "dockerode";
import type { VolumeUser } from "../../host/docker/users";
import { pausing } from "../../host/docker/paused";
import type { Reader } from "./reader";
import type { Reading } from "./reading";

const TRIES_WHILE_WRITTEN = 5;
const TRIES_WHILE_PAUSED = 10;

/** Of MinIO: what it has not finished, and throws away when it starts. */
const UNFINISHED = "./.minio.sys/tmp/*";

/**
 * Reads what stores objects while it is written. First everything; then what changed since, before the databases are fixed and after,
 * so that every row has its object; then again those objects that were overwritten while they were read. Only for one that never comes to rest
 * the server is paused, a moment at a time. What was deleted meanwhile stays in the archive.
 */
export function planStore(user: VolumeUser, pausable: Docker.Container | null): Reading {
  return {
    exclude: pausable === null ? [] : [UNFINISHED],
    database: false,
    read: async (reader, moment) => {
      await reader.all("written");
      await moment.readOnce();
      await reader.changed();
      await moment.caughtUp();
      await moment.databasesFixed();
      const unsettled = await settle(reader);
      if (unsettled === 0 || pausable === null) return `copied while "${user.name}" ran`;
      const milliseconds = await settlePaused(reader, pausable, user.name);
      return `copied while "${user.name}" ran, at last paused for ${milliseconds} ms`;
    },
  };
}

/** Of documents, which nobody pauses, each is a file of its own and is not written again: here it always ends. */
async function settle(reader: Reader): Promise<number> {
  await reader.changed();
  let unsettled = await reader.look();
  for (let tries = 0; unsettled > 0 && tries < TRIES_WHILE_WRITTEN; tries++) {
    unsettled = await reader.again();
  }
  return unsettled;
}

/** Returns for how long the server was paused at last, in milliseconds. */
async function settlePaused(
  reader: Reader,
  container: Docker.Container,
  name: string,
): Promise<number> {
  return pausing(container, async (whilePaused) => {
    for (let tries = 0; tries < TRIES_WHILE_PAUSED; tries++) {
      const paused = await reader.frozen((read) => whilePaused(read));
      if (paused?.inTime === true) return paused.milliseconds;
    }
    throw new Error(
      `"${name}" writes too much to be read: what changed takes longer than it may be paused`,
    );
  });
}
