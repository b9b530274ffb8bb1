import { join } from "node:path";
import { messageOf } from "../plan/problem";
import { compareEntries, type Difference } from "./archives/compare";
import { readEntries, writeEntries } from "./archives/entries-file";
import type { HostContext } from "../host/context";
import { archiveEntries, backupMount } from "./volumes/describe";
import { differenceText } from "./volumes/extract";
import { freshName, withVolumeSession } from "./volumes/volume-session";
import { CHOOSE_ANOTHER } from "./format/held-volume";
import type { ManifestVolume } from "./format/manifest";
import type { Finding } from "./format/verify-archive";

const TOLD = 3;

/** Level `files`: every entry of the archive, contents included, is the one in the backup's list. Nothing is unpacked to a disk. */
export async function filesFindings(
  context: HostContext,
  folder: string,
  volume: ManifestVolume,
): Promise<Finding[]> {
  try {
    const differences = await archiveDifferences(context, folder, volume);
    if (differences.length === 0) return [];
    const advice = [...differences.map(differenceText), CHOOSE_ANOTHER];
    return [{ what: `${volume.file} does not hold what ${volume.entriesFile} says`, advice }];
  } catch (error) {
    const said = messageOf(error);
    return [{ what: `${volume.file} cannot be unpacked`, advice: [said, CHOOSE_ANOTHER] }];
  }
}

/** The first of them. An archive may hold a path twice, so its list is put in order before it is compared. */
async function archiveDifferences(
  context: HostContext,
  folder: string,
  volume: ManifestVolume,
): Promise<Difference[]> {
  const mounts = [backupMount(folder, volume.file)];
  return withVolumeSession(context, "verify", mounts, async (session) => {
    const list = join(session.folder, freshName());
    const { sha256 } = await writeEntries(list, archiveEntries(session, volume.file));
    const wanted = readEntries(join(folder, volume.entriesFile));
    if (sha256 === volume.entriesSha256) return [];
    return first(TOLD, compareEntries(wanted, readEntries(list)));
  });
}

async function first<T>(count: number, items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}
