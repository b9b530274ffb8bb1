import { compareEntries, type Difference } from "../archives/compare";
import type { Entry } from "../archives/entry";
import { VOLUME } from "./commands";
import type { Delta } from "./delta";
import { listedEntries, volumeEntries } from "./describe";
import { trustedEntries } from "./list-volume";
import { PathList } from "./path-list";
import type { VolumeSession } from "./volume-session";

/** Reads a list of entries from its beginning, every time that it is called. */
export type Wanted = () => AsyncIterable<Entry>;

/** What of a volume is not as wanted; with `trustMtime`, files that look unchanged are not read. */
export function compareVolume(
  session: VolumeSession,
  wanted: Wanted,
  trustMtime: boolean,
): AsyncIterable<Difference> {
  const found = trustMtime
    ? trustedEntries(session, VOLUME, wanted())
    : volumeEntries(session, VOLUME);
  return compareEntries(wanted(), found);
}

/** The same after writing: what was written is read, whatever its time says. */
export async function* compareWritten(
  session: VolumeSession,
  wanted: Wanted,
  delta: Delta,
  trustMtime: boolean,
): AsyncGenerator<Difference> {
  const { written } = delta;
  const chosen = trustMtime && written !== null;
  yield* compareVolume(session, wanted, chosen);
  if (chosen) {
    yield* compareListed(session, wanted, ({ type, path }) => type === "file" && written.has(path));
  }
}

/** After a write that was read behind: everything by its attributes, and what was not proven by reading it. */
export async function* compareUnproven(
  session: VolumeSession,
  wanted: Wanted,
  unproven: ReadonlySet<string>,
): AsyncGenerator<Difference> {
  yield* compareVolume(session, wanted, true);
  // Folders get their times last; which names share a file the comparison of attributes has told.
  yield* compareListed(session, wanted, ({ type, path }) =>
    type === "file" ? unproven.has(path) : type !== "hardlink",
  );
}

async function* compareListed(
  session: VolumeSession,
  wanted: Wanted,
  isChosen: (entry: Entry) => boolean,
): AsyncGenerator<Difference> {
  const list = await PathList.make(session);
  const files: Entry[] = [];
  try {
    for await (const entry of wanted()) {
      if (!isChosen(entry)) continue;
      files.push(entry);
      await list.addPath(entry.path);
    }
  } finally {
    await list.close();
  }
  if (files.length > 0)
    yield* compareEntries(each(files), listedEntries(session, VOLUME, list.name));
}

// eslint-disable-next-line @typescript-eslint/require-await -- compareEntries takes what comes over time
async function* each(entries: readonly Entry[]): AsyncGenerator<Entry> {
  yield* entries;
}
