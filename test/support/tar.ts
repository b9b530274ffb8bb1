import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { compareByPath, type Entry } from "../../backup/archives/entry";

const run = promisify(execFile);

/** How a backup calls GNU tar. */
export const AS_A_BACKUP = [
  "--sort=name",
  "--format=posix",
  "--pax-option=delete=atime,delete=ctime",
  "--numeric-owner",
  "--xattrs",
  "--xattrs-include=*",
  "--acls",
  "--sparse",
];

/** What GNU tar makes of a folder. */
export async function tarOf(
  folder: string,
  args: readonly string[] = AS_A_BACKUP,
  names: readonly string[] = ["."],
): Promise<Buffer> {
  const all = ["--create", "--file=-", `--directory=${folder}`, ...args, ...names];
  const { stdout } = await run("tar", all, { encoding: "buffer", maxBuffer: 2 ** 30 });
  return stdout;
}

/** Runs with a folder that is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "archives-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Bytes in chunks of these lengths, over and over. */
export async function* inChunks(
  bytes: Buffer,
  lengths: readonly number[] = [65536],
): AsyncGenerator<Buffer> {
  await Promise.resolve();
  let index = 0;
  for (let start = 0; start < bytes.length;) {
    const length = lengths[index++ % lengths.length] ?? 1;
    // A copy, as the pieces of a stream are.
    yield Buffer.from(bytes.subarray(start, start + length));
    start += length;
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

export async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  await Promise.resolve();
  yield* items;
}

/** Text as the binary string that paths are. */
export function binary(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

export interface Crafted {
  readonly name: string;
  readonly flag?: string;
  readonly link?: string;
  readonly mtime?: number;
  readonly content?: Buffer;
  /** The bytes of the size's field, where the header is to lie. */
  readonly size?: Buffer;
}

/** A member written by hand. */
export function member({ name, flag = "0", link = "", mtime = 0, content, size }: Crafted): Buffer {
  const header = Buffer.alloc(512);
  const bytes = content ?? Buffer.alloc(0);
  header.write(name, 0, 100, "latin1");
  header.write("0000644\0" + "0000000\0".repeat(2), 100, "latin1");
  header.write(bytes.length.toString(8).padStart(11, "0"), 124, "latin1");
  size?.copy(header, 124);
  header.write(mtime.toString(8).padStart(11, "0"), 136, "latin1");
  header.write(" ".repeat(8) + flag, 148, "latin1");
  header.write(link, 157, 100, "latin1");
  header.write("ustar\0" + "00", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** An extended header, of this member ("x") or all that follow ("g"). */
export function extended(records: readonly (readonly [string, string])[], flag = "x"): Buffer {
  const lines = records.map(([keyword, value]) => {
    const rest = ` ${keyword}=${value}\n`;
    let length = rest.length;
    while (length !== rest.length + String(length).length) {
      length = rest.length + String(length).length;
    }
    return `${length}${rest}`;
  });
  return member({ name: "PaxHeaders/x", flag, content: Buffer.from(lines.join(""), "latin1") });
}

export const ARCHIVE_END = Buffer.alloc(1024);

const name = fc
  .uint8Array({ minLength: 1, maxLength: 6 })
  .map((bytes) => Buffer.from(bytes).toString("latin1").replaceAll(/[\0/]/g, "-"))
  .filter((text) => text !== "." && text !== "..");

/** Paths with any bytes, often below each other. */
export const anyPath = fc
  .array(fc.oneof(name, fc.constantFrom("a", "a.b", "a-b", "a b")), { minLength: 1, maxLength: 4 })
  .map((names) => names.join("/"));

const anyBytes = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes));
const id = fc.nat(2 ** 31 - 1);

/** An entry, not necessarily one that makes sense. */
export const anyEntry: fc.Arbitrary<Entry> = fc.record(
  {
    path: fc.oneof(anyPath, fc.constant(".")),
    type: fc.constantFrom("directory", "fifo", "symlink", "hardlink", "blockDevice"),
    size: fc.constant(0),
    sha256: fc.constant(null),
    mode: fc.nat(0o7777),
    uid: id,
    gid: id,
    mtime: fc.constantFrom(null, "-1.5", "0", "1700000000.123456789"),
    target: fc.option(anyPath),
    xattrs: fc.dictionary(
      fc.string(),
      anyBytes.map((bytes) => bytes.toString("base64")),
    ),
    device: fc.constantFrom("8:1", "0:0"),
  },
  {
    requiredKeys: [
      "path",
      "type",
      "size",
      "sha256",
      "mode",
      "uid",
      "gid",
      "mtime",
      "target",
      "xattrs",
    ],
  },
);

/** A sorted list of entries in which some are files. */
export const anyList: fc.Arbitrary<Entry[]> = fc
  .uniqueArray(fc.oneof(anyEntry, anyEntry.chain(fileLike)), { selector: ({ path }) => path })
  .map((entries) => entries.sort((one, other) => compareByPath(one.path, other.path)));

function fileLike(entry: Entry): fc.Arbitrary<Entry> {
  return fc
    .record({ size: fc.nat(3), sha256: fc.constantFrom("aa", "bb") })
    .map((content) => ({ ...entry, type: "file" as const, ...content }));
}
