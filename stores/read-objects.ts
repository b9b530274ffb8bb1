import type Docker from "dockerode";
import { pausing } from "../host/docker/paused";
import type { VolumeUser } from "../host/docker/users";
import type { Passes, Reading } from "./reading";

const TRIES_WHILE_WRITTEN = 5;
const TRIES_WHILE_PAUSED = 10;

export interface ObjectsOptions {
  /** Patterns, as `./folder/*`, of what is left out. */
  readonly exclude: readonly string[];
  /** The server that may be paused for a moment; null where nobody is to be. */
  readonly pausable: Docker.Container | null;
}

/**
 * Reads what stores objects while it is written. First everything; then what changed since, before the databases are fixed and after,
 * so that every row has its object; then again those objects that were overwritten while they were read. Only for one that never comes to rest
 * the server is paused, a moment at a time. What was deleted meanwhile stays in the archive.
 */
export function readObjects(user: VolumeUser, { exclude, pausable }: ObjectsOptions): Reading {
  return {
    exclude,
    database: false,
    read: async (passes, moment) => {
      await passes.all("written");
      await moment.readOnce();
      await passes.changed();
      await moment.caughtUp();
      await moment.databasesFixed();
      const unsettled = await settle(passes);
      if (unsettled === 0 || pausable === null) return `copied while "${user.name}" ran`;
      const milliseconds = await settlePaused(passes, pausable, user.name);
      return `copied while "${user.name}" ran, at last paused for ${milliseconds} ms`;
    },
  };
}

/** Of documents, which nobody pauses, each is a file of its own and is not written again: here it always ends. */
async function settle(passes: Passes): Promise<number> {
  await passes.changed();
  let unsettled = await passes.look();
  for (let tries = 0; unsettled > 0 && tries < TRIES_WHILE_WRITTEN; tries++) {
    unsettled = await passes.again();
  }
  return unsettled;
}

/** Returns for how long the server was paused at last, in milliseconds. */
async function settlePaused(
  passes: Passes,
  container: Docker.Container,
  name: string,
): Promise<number> {
  return pausing(container, async (whilePaused) => {
    for (let tries = 0; tries < TRIES_WHILE_PAUSED; tries++) {
      const paused = await passes.frozen((read) => whilePaused(read));
      if (paused?.inTime === true) return paused.milliseconds;
    }
    throw new Error(
      `"${name}" writes too much to be read: what changed takes longer than it may be paused`,
    );
  });
}
