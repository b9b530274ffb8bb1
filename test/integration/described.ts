import type { HostContext } from "../../host/context";
import type { HelperMount } from "../../host/docker/helper";
import type { Entry } from "../../backup/archives/entry";
import { VOLUME } from "../../backup/volumes/commands";
import { archiveEntries, backupMount, volumeEntries } from "../../backup/volumes/describe";
import { openVolumeSession, type VolumeSession } from "../../backup/volumes/volume-session";

/** Every entry of a volume that nobody writes, in the order of paths; each file is read and hashed, nothing is kept. */
export async function* describeVolume(
  context: HostContext,
  volume: HelperMount,
): AsyncGenerator<Entry> {
  const mount = { ...volume, target: VOLUME, readOnly: true };
  yield* inSession(context, mount, (session) => volumeEntries(session, VOLUME));
}

/** Every entry of an archive as it stands in it: where a path comes twice, the later one counts. */
export async function* describeArchive(
  context: HostContext,
  backupFolder: string,
  file: string,
): AsyncGenerator<Entry> {
  const mount = backupMount(backupFolder, file);
  yield* inSession(context, mount, (session) => archiveEntries(session, file));
}

async function* inSession(
  context: HostContext,
  mount: HelperMount,
  read: (session: VolumeSession) => AsyncGenerator<Entry>,
): AsyncGenerator<Entry> {
  const session = await openVolumeSession(context, "describe", [mount]);
  try {
    yield* read(session);
  } finally {
    await session.end();
  }
}
