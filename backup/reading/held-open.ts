import { constants, type FileHandle, open } from "node:fs/promises";
import { waitFor } from "../../host/docker/wait";
import { isErrno } from "../../host/durable-file";

const READ_WITHIN_MS = 60_000;

/**
 * Opens a named pipe for writing as soon as somebody reads it, so that several can write to it, one after the other: otherwise it
 * ends with the first. It closes by itself when this process is killed. Not before it is read: what fits into a pipe is gone
 * with the last who has it open.
 *
 * @throws Error when nobody reads it within a minute.
 */
export function heldOpen(path: string): Promise<FileHandle> {
  return waitFor(
    async () => {
      try {
        const value = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
        return { done: true, value };
      } catch (error) {
        if (!isErrno(error, "ENXIO")) throw error;
        return { done: false, state: "nobody reads it" };
      }
    },
    { deadlineMs: READ_WITHIN_MS, intervalMs: 10, message: `the pipe ${path} to be read` },
  );
}
