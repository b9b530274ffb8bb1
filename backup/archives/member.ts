import { type EntryType, ROOT } from "./entry";
import { numberOf, type PaxRecords, recordOf, xattrsOf } from "./pax";
import type { Header } from "./tar-header";

/** A member of a tar stream: its headers taken together, without its content. */
export interface Member {
  readonly path: string;
  readonly type: EntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: string;
  readonly target: string | null;
  readonly device: string | null;
  readonly xattrs: Readonly<Record<string, string>>;
  /** How many bytes follow in the stream. */
  readonly stored: number;
  /** Files with holes: their real size; the stored bytes begin with a map of what is no hole. */
  readonly sparseSize: number | null;
}

/** Names that GNU tar writes as members of their own in front of the member. */
interface LongNames {
  readonly name: string | null;
  readonly linkName: string | null;
}

const PERMISSIONS = 0o7777;

const TYPES: Readonly<Record<string, EntryType>> = {
  "0": "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "characterDevice",
  "4": "blockDevice",
  "5": "directory",
  "6": "fifo",
  "7": "file",
};

/** Puts a member together. Throws at what no backup may hold: unknown kinds and paths that lead out of the volume. */
export function memberOf(header: Header, records: PaxRecords, long: LongNames): Member {
  const sparseSize = sparseSizeOf(records);
  const name =
    (sparseSize === null ? undefined : recordOf(records, "GNU.sparse.name")) ??
    recordOf(records, "path") ??
    long.name ??
    header.name;
  const type = typeOf(header.flag, name);
  const isDevice = type === "characterDevice" || type === "blockDevice";
  return {
    path: relativePath(name),
    type,
    mode: header.mode & PERMISSIONS,
    uid: numberOf(records, "uid") ?? header.uid,
    gid: numberOf(records, "gid") ?? header.gid,
    mtime: mtimeOf(recordOf(records, "mtime"), header),
    target: targetOf(type, recordOf(records, "linkpath") ?? long.linkName ?? header.linkName),
    device: isDevice ? header.device : null,
    xattrs: xattrsOf(records),
    // Hard links have none, whatever their header says: tar reads them so as well.
    stored: type === "hardlink" ? 0 : (numberOf(records, "size") ?? header.size),
    sparseSize,
  };
}

function typeOf(flag: string, name: string): EntryType {
  const type = TYPES[flag];
  if (type === undefined) {
    throw new Error(`the tar stream has a member of an unknown kind: "${flag}" ("${name}")`);
  }
  // Before POSIX a directory was a file with a slash at its end.
  return type === "file" && name.endsWith("/") ? "directory" : type;
}

function targetOf(type: EntryType, target: string): string | null {
  if (type === "symlink") return target;
  return type === "hardlink" ? relativePath(target) : null;
}

/** Lists name everything relative to the root, whether tar was asked for "." or for names. */
function relativePath(name: string): string {
  let start = 0;
  while (name.startsWith("./", start)) start += 2;
  let end = name.length;
  while (end > start && name.endsWith("/", end)) end--;
  const path = name.slice(start, end);
  if (path === "" ? start > 0 : path === ROOT) return ROOT;
  if (/^$|(^|\/)(\.{0,2})(\/|$)/.test(path)) {
    throw new Error(`the tar stream has a path that is not below the volume's root: "${name}"`);
  }
  return path;
}

function mtimeOf(record: string | undefined, header: Header): string {
  if (record === undefined) return String(header.mtime);
  const match = /^(-?[0-9]+)(?:\.([0-9]*?)0*)?$/.exec(record);
  if (match === null) throw new Error(`the tar stream has a time that is none: "${record}"`);
  const [, seconds = "", fraction = ""] = match;
  return fraction === "" ? seconds : `${seconds}.${fraction}`;
}

function sparseSizeOf(records: PaxRecords): number | null {
  const major = recordOf(records, "GNU.sparse.major");
  if (major === undefined) {
    if (!records.has("GNU.sparse.size")) return null;
    throw new Error("the tar stream has a sparse file of an older format than GNU's 1.0");
  }
  const minor = recordOf(records, "GNU.sparse.minor");
  const size = numberOf(records, "GNU.sparse.realsize");
  if (major !== "1" || minor !== "0" || size === undefined) {
    throw new Error("the tar stream has a sparse file of another format than GNU's 1.0");
  }
  return size;
}
