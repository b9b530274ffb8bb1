import { join } from "node:path";
import { compareEntries } from "../archives/compare";
import {
  EntriesDigest,
  type EntriesSummary,
  readEntries,
  writeEntries,
} from "../archives/entries-file";
import type { Entry } from "../archives/entry";
import type { HostContext } from "../../host/context";
import type { HelperMount } from "../../host/docker/helper";
import type { Wanted } from "./compare-volume";
import { type Delta, planDelta } from "./delta";
import { volumeEntries } from "./describe";
import { refuseDifferences } from "./extract";
import { clearTheWay, refuseTooLittleSpace } from "./make-room";
import { PathList } from "./path-list";
import { freshName, type VolumeSession, withVolumeSession } from "./volume-session";

const FROM = "/from";
const TO = "/to";

/** What two volumes hold that are equal. */
export interface Synced extends EntriesSummary {
  /** Paths at which the second volume was different, and that were written or removed; 0: nothing was written. */
  readonly written: number;
}

/**
 * Makes one volume hold exactly what another one holds. Nobody may write either of them meanwhile, nor helpers of a killed run the second. Both are read and compared
 * entry by entry, what differs is copied, and the second one is read again: the digest of the list of entries is the proof that they
 * are equal. Killed at any moment, the same again gives the exact result.
 *
 * @throws ProblemsError for too little space, before anything was written; Error when they are not equal afterwards.
 */
export async function syncVolume(
  context: HostContext,
  from: HelperMount,
  to: HelperMount,
): Promise<Synced> {
  const mounts = [
    { ...from, target: FROM, readOnly: true },
    { ...to, target: TO, readOnly: false },
  ];
  return withVolumeSession(context, "sync", mounts, async (session) => {
    // Both to files, so that neither has to wait for the other to be read.
    const [wantedFile, foundFile] = [listFile(session), listFile(session)];
    const [summary, before] = await Promise.all([
      writeEntries(wantedFile, volumeEntries(session, FROM)),
      writeEntries(foundFile, volumeEntries(session, TO)),
    ]);
    if (summary.sha256 === before.sha256) return { ...summary, written: 0 };
    const wanted = () => readEntries(wantedFile);
    const delta = await planDelta(session, compareEntries(wanted(), readEntries(foundFile)));
    await refuseTooLittleSpace(session, to.source, delta, TO);
    await clearTheWay(session, delta, TO);
    await copy(session, wanted, delta);
    const flushed = session.run("flush", TO);
    await refuseUnequal(session, to, wanted, summary);
    await flushed;
    return { ...summary, written: delta.different };
  });
}

function listFile(session: VolumeSession): string {
  return join(session.folder, freshName());
}

async function copy(session: VolumeSession, wanted: Wanted, delta: Delta): Promise<void> {
  if (delta.written === null) {
    await session.run("write_volume", FROM, TO);
  } else {
    const list = await chosenPaths(session, wanted, delta.written);
    await session.run("write_listed", FROM, list.name, TO);
  }
}

/** Folders go with it for the times that writing changes; of hard links always the whole group, since a new file is another one. */
async function chosenPaths(
  session: VolumeSession,
  wanted: Wanted,
  written: ReadonlySet<string>,
): Promise<PathList> {
  const groups = new Set<string>();
  for await (const { type, target } of wanted()) {
    if (type === "hardlink" && target !== null) groups.add(target);
  }
  const list = await PathList.make(session);
  try {
    for await (const { path, type } of wanted()) {
      const always = type === "directory" || type === "hardlink" || groups.has(path);
      if (always || written.has(path)) await list.addPath(path);
    }
  } finally {
    await list.close();
  }
  return list;
}

async function refuseUnequal(
  session: VolumeSession,
  to: HelperMount,
  wanted: Wanted,
  summary: EntriesSummary,
): Promise<void> {
  const digest = new EntriesDigest();
  await refuseDifferences(
    to.source,
    compareEntries(wanted(), passing(volumeEntries(session, TO), digest)),
  );
  if (digest.summary().sha256 === summary.sha256) return;
  throw new Error(`"${to.source}" has another list of entries than what was copied to it`);
}

async function* passing(
  entries: AsyncIterable<Entry>,
  digest: EntriesDigest,
): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    digest.add(entry);
    yield entry;
  }
}
