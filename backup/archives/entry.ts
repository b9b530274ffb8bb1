import { isUtf8 } from "node:buffer";

const TYPES = [
  "file",
  "directory",
  "symlink",
  "hardlink",
  "fifo",
  "characterDevice",
  "blockDevice",
] as const;

export type EntryType = (typeof TYPES)[number];

/** One entry of a volume, an archive or a list of entries: all that a restore has to bring back exactly. */
export interface Entry {
  /** Bytes as a binary (latin1) string, relative to the volume's root, without a slash at its end; "." is the root. */
  readonly path: string;
  readonly type: EntryType;
  /** In bytes. Files: the real size, holes included; everything else: 0. */
  readonly size: number;
  /** Files: of the real content, in which holes are zeros; everything else: null. */
  readonly sha256: string | null;
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** "seconds" or "seconds.fraction" without trailing zeros; null: not known, not compared. */
  readonly mtime: string | null;
  /** Links: bytes as a binary string; a hard link's is the path of the first entry of its group, written like `path`. */
  readonly target: string | null;
  /** Name to base64; access control lists as "acl.access" and "acl.default" (tar's text form, base64). */
  readonly xattrs: Readonly<Record<string, string>>;
  /** Devices: "major:minor". */
  readonly device?: string;
}

/** The path of a volume's root. */
export const ROOT = ".";

const SLASH = 0x2f;

/**
 * The one order of entries: bytes of the path, "/" lowest, the root first. That is a folder before what it holds and names of
 * one folder as `strcmp` orders them, which is what `tar --sort=name` writes.
 */
export function compareByPath(a: string, b: string): number {
  if (a === b) return 0;
  if (a === ROOT) return -1;
  if (b === ROOT) return 1;
  const common = Math.min(a.length, b.length);
  for (let index = 0; index < common; index++) {
    const one = a.charCodeAt(index);
    const other = b.charCodeAt(index);
    if (one !== other) return one === SLASH ? -1 : other === SLASH ? 1 : one - other;
  }
  return a.length - b.length;
}

/**
 * An entry as one line of JSON without its newline. Equal entries give equal lines, so that lists have a digest. Put together by hand,
 * since JSON.stringify of an object made for it takes ten times as long.
 */
export function formatEntry(entry: Entry): string {
  const { type, size, sha256, mode, uid, gid, mtime, target, device } = entry;
  const names = Object.keys(entry.xattrs);
  let line = `{${bytesField("path", entry.path)},"type":"${type}"`;
  if (type === "file") line += `,"size":${size},"sha256":${quoted(sha256)}`;
  line += `,"mode":"${mode.toString(8).padStart(4, "0")}","uid":${uid},"gid":${gid}`;
  line += `,"mtime":${quoted(mtime)}`;
  if (target !== null) line += `,${bytesField("target", target)}`;
  if (device !== undefined) line += `,"device":${quoted(device)}`;
  if (names.length > 0) line += `,"xattrs":${sortedRecord(entry.xattrs, names)}`;
  return `${line}}`;
}

/** Reads a line of `formatEntry` back. Throws where the line is no entry. */
export function parseEntry(line: string): Entry {
  const fields = fieldsOf(line);
  const { type, size = 0, sha256 = null, mode, uid, gid, mtime, device, xattrs } = fields;
  const path = bytesOf(fields, "path");
  const valid =
    path !== null &&
    isType(type) &&
    isCount(size) &&
    isTextOrNull(sha256) &&
    typeof mode === "string" &&
    OCTAL.test(mode) &&
    isCount(uid) &&
    isCount(gid) &&
    isTextOrNull(mtime) &&
    (device === undefined || typeof device === "string") &&
    (xattrs === undefined || isRecordOfText(xattrs));
  if (!valid) throw notAnEntry(line);
  return {
    path,
    type,
    size,
    sha256,
    mode: Number.parseInt(mode, 8),
    uid,
    gid,
    mtime,
    target: bytesOf(fields, "target"),
    xattrs: xattrs ?? {},
    ...(device === undefined ? {} : { device }),
  };
}

function fieldsOf(line: string): Record<string, unknown> {
  try {
    const fields = JSON.parse(line) as Record<string, unknown> | null;
    if (typeof fields === "object" && fields !== null) return fields;
  } catch {
    // Told below.
  }
  throw notAnEntry(line);
}

const OCTAL = /^[0-7]+$/;
const ASCII = /^[\0-\x7f]*$/;

function bytesField(name: string, value: string): string {
  if (ASCII.test(value)) return `"${name}":${quoted(value)}`;
  const bytes = Buffer.from(value, "latin1");
  return isUtf8(bytes)
    ? `"${name}":${quoted(bytes.toString("utf8"))}`
    : `"${name}Base64":"${bytes.toString("base64")}"`;
}

function quoted(text: string | null): string {
  return JSON.stringify(text);
}

function bytesOf(fields: Record<string, unknown>, name: string): string | null {
  const text = fields[name];
  if (typeof text === "string") {
    return ASCII.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
  }
  const base64 = fields[`${name}Base64`];
  return typeof base64 === "string" ? Buffer.from(base64, "base64").toString("latin1") : null;
}

function sortedRecord(record: Readonly<Record<string, string>>, names: string[]): string {
  const fields = names.sort().map((name) => `${quoted(name)}:${quoted(record[name] ?? "")}`);
  return `{${fields.join(",")}}`;
}

function isType(value: unknown): value is EntryType {
  return (TYPES as readonly unknown[]).includes(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isRecordOfText(value: unknown): value is Record<string, string> {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((text) => typeof text === "string");
}

function notAnEntry(line: string): Error {
  return new Error(`this is no entry of a list: ${line.slice(0, 200)}`);
}
