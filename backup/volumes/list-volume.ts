import { RecordSplitter, recordsOf } from "../../host/records";
import { compareByPath, type Entry, type EntryType } from "../archives/entry";
import { makePipe } from "../archives/pipe";
import { freshName, together, type VolumeSession } from "./volume-session";

const TYPES: Readonly<Record<string, EntryType>> = {
  f: "file",
  d: "directory",
  l: "symlink",
  p: "fifo",
  c: "characterDevice",
  b: "blockDevice",
};
const SEPARATOR = "/";
const TARGET_SEPARATOR = "//";

/**
 * Entries of a volume without what only reading shows: checksums, attributes and the numbers of devices. Where size, time, mode and
 * owner are those of the entry that is wanted, a file is taken for equal: that is what `trustMtime` means.
 */
export async function* trustedEntries(
  session: VolumeSession,
  mounted: string,
  wanted: AsyncIterable<Entry>,
): AsyncGenerator<Entry> {
  const known = wanted[Symbol.asyncIterator]();
  try {
    let next = await known.next();
    for await (const listed of listedByFind(session, mounted)) {
      while (next.done !== true && compareByPath(next.value.path, listed.path) < 0) {
        next = await known.next();
      }
      const same = next.done !== true && next.value.path === listed.path ? next.value : null;
      yield same === null ? listed : trusted(listed, same);
    }
  } finally {
    await known.return?.();
  }
}

function trusted(listed: Entry, wanted: Entry): Entry {
  const { sha256, xattrs, device } = wanted;
  if (listed.type !== wanted.type || listed.mtime !== wanted.mtime) return listed;
  return device === undefined
    ? { ...listed, sha256, xattrs }
    : { ...listed, sha256, xattrs, device };
}

async function* listedByFind(session: VolumeSession, mounted: string): AsyncGenerator<Entry> {
  const name = freshName();
  const pipe = await makePipe(session.folder, name);
  const running = session.run("list_volume", mounted, name);
  running.catch(() => pipe.remove());
  /** First path of every file that has several, by its number. */
  const groups = new Map<string, string>();
  try {
    for await (const record of recordsOf(pipe.read(), new RecordSplitter("\0", "latin1"))) {
      const entry = parseRecord(record, groups);
      if (entry !== null) yield entry;
    }
  } finally {
    await together([running], () => pipe.remove());
  }
}

/** Exported for the tests. A socket is none: tar does not keep it either. */
function parseRecord(record: string, groups: Map<string, string>): Entry | null {
  const text = unmarked(record);
  const begin = text.indexOf(SEPARATOR);
  const end = text.indexOf(TARGET_SEPARATOR, begin + 1);
  const [letter = "", size, mode, uid, gid, time = "", inode = "", links] = text
    .slice(0, begin)
    .split(" ");
  const type = TYPES[letter];
  if (type === undefined) return null;
  const path = text.slice(begin + 1, end) || ".";
  const shared = type !== "directory" && Number(links) > 1;
  const first = shared ? groups.get(inode) : undefined;
  if (shared && first === undefined) groups.set(inode, path);
  const target = first ?? (type === "symlink" ? text.slice(end + TARGET_SEPARATOR.length) : null);
  return {
    path,
    type: first === undefined ? type : "hardlink",
    size: type === "file" && first === undefined ? Number(size) : 0,
    sha256: null,
    mode: Number.parseInt(mode ?? "", 8),
    uid: Number(uid),
    gid: Number(gid),
    mtime: time.replace(/\.?0+$/, ""),
    target,
    xattrs: {},
  };
}

function unmarked(record: string): string {
  return record.replace(/\x02([\x01\x02])|\x01/g, (_, marked: string | undefined) => marked ?? "/");
}
