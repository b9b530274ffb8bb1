import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { GovernedVolume } from "../../plan/application/topology";
import type { Place } from "./place";

/** The document's own commands (pre-execution backup, step 3; full rollback, step 3), in a container of the helper's image. */
// Where the server writes a file meanwhile tar ends with 1, of which the document takes no notice.
const TAR = "tar czf /backup/volume.tar.gz -C / data || [[ $? == 1 ]]";
const UNTAR = "tar xzf /backup/volume.tar.gz -C /";
/** What the disk and the kernel can do: no compression, no checksum, no container for either side. */
const COPY = "cp -a /data/. /backup/";
const COPY_BACK = "cp -a /backup/. /data/";

const FOLDERS = { archive: "document-backup", copy: "plain-copy" } as const;

export async function documentBackup(place: Place, volume: GovernedVolume): Promise<number> {
  const backup = await place.emptyFolder(FOLDERS.archive);
  return seconds(() => place.onVolume(volume, TAR, backup));
}

export async function copyBackup(place: Place, volume: GovernedVolume): Promise<number> {
  const backup = await place.emptyFolder(FOLDERS.copy);
  return seconds(() => place.onVolume(volume, COPY, backup));
}

export async function documentRestore(place: Place, volume: GovernedVolume): Promise<number> {
  return seconds(() => place.onVolume(volume, UNTAR, place.folderMount(FOLDERS.archive)));
}

export async function copyRestore(place: Place, volume: GovernedVolume): Promise<number> {
  return seconds(() => place.onVolume(volume, COPY_BACK, place.folderMount(FOLDERS.copy)));
}

/** Size of the document's archive. */
export async function documentBytes(place: Place): Promise<number> {
  const { source } = place.folderMount(FOLDERS.archive);
  return (await stat(join(source, "volume.tar.gz"))).size;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
