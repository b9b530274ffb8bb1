import { dirname, join, posix } from "node:path";
import type { Entry } from "../archives/entry";
import { makePipe, type Pipe } from "../archives/pipe";
import { readTar } from "../archives/read-tar";
import type { HelperMount } from "../../host/docker/helper";
import { BACKUP } from "./commands";
import { freshName, together, type VolumeSession } from "./volume-session";

/** The folder that an archive of a backup is in. */
export function backupMount(backupFolder: string, file: string): HelperMount {
  const source = join(backupFolder, dirname(file));
  return { type: "bind", source, target: BACKUP, readOnly: true };
}

/** Entries of a volume that a session has mounted. */
export function volumeEntries(session: VolumeSession, mounted: string): AsyncGenerator<Entry> {
  return entriesOf(session, "read_volume", mounted);
}

/** Entries of some paths of a volume, in the order of a list in the shared folder. */
export function listedEntries(
  session: VolumeSession,
  mounted: string,
  list: string,
): AsyncGenerator<Entry> {
  return entriesOf(session, "read_listed", mounted, list);
}

/** Entries of an archive that lies in the backup's folder that a session has mounted. */
export function archiveEntries(session: VolumeSession, file: string): AsyncGenerator<Entry> {
  return entriesOf(session, "read_archive", posix.basename(file));
}

async function* entriesOf(
  session: VolumeSession,
  command: string,
  ...values: readonly string[]
): AsyncGenerator<Entry> {
  const name = freshName();
  const pipe = await makePipe(session.folder, name);
  const running = session.run(command, ...values, name);
  // A helper that fails before it opens the pipe would leave its reader waiting.
  running.catch(() => pipe.remove());
  try {
    yield* readTar(pipe.read());
    await running;
  } catch (error) {
    await failTogether(running, pipe, error);
  } finally {
    await pipe.remove();
  }
}

async function failTogether(running: Promise<unknown>, pipe: Pipe, error: unknown): Promise<void> {
  const read = Promise.reject(error instanceof Error ? error : new Error(String(error)));
  await together([running, read], () => pipe.remove());
}
