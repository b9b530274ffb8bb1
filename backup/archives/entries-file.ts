import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, createGzip } from "node:zlib";
import { RecordSplitter } from "../../host/records";
import { messageOf } from "../../plan/problem";
import { syncFolder } from "../../host/durable-file";
import { compareByPath, type Entry, formatEntry, parseEntry } from "./entry";

/** What a list of entries amounts to. */
export interface EntriesSummary {
  readonly entries: number;
  readonly files: number;
  /** Sum of the files' sizes. */
  readonly bytes: number;
  /** Of the list's lines, not compressed: equal lists have equal digests. */
  readonly sha256: string;
}

const PRIVATE_FILE = 0o600;
const BATCH_CHARACTERS = 256 * 1024;
const UNPACKED_BYTES = 256 * 1024;

/** Adds up a list that passes, whether or not it is written: `add` every entry in order, then ask for the `summary`, once. */
export class EntriesDigest {
  #entries = 0;
  #files = 0;
  #bytes = 0;
  readonly #hash = createHash("sha256");

  /** Returns the entry's line, with its newline. */
  add(entry: Entry): string {
    this.#entries++;
    if (entry.type === "file") this.#files++;
    this.#bytes += entry.size;
    const line = `${formatEntry(entry)}\n`;
    this.#hash.update(line);
    return line;
  }

  summary(): EntriesSummary {
    return {
      entries: this.#entries,
      files: this.#files,
      bytes: this.#bytes,
      sha256: this.#hash.digest("hex"),
    };
  }
}

/**
 * Writes a list as gzipped lines of JSON, whole or not at all, and keeps it over a crash. Entries that come out of order (a second tar in
 * the same archive) are taken as read later: each replaces the one of its path. Those are held in memory, all others are not.
 */
export async function writeEntries(
  file: string,
  entries: AsyncIterable<Entry>,
): Promise<EntriesSummary> {
  const [first, second] = [`${file}.part`, `${file}.merged.part`];
  const later = new Map<string, Entry>();
  try {
    let written = first;
    let summary = await writeList(first, inOrder(entries, later));
    if (later.size > 0) {
      written = second;
      summary = await writeList(second, withOverrides(readEntries(first), later));
    }
    await rename(written, file);
    await syncFolder(dirname(file));
    return summary;
  } finally {
    await Promise.all([first, second].map(async (part) => rm(part, { force: true })));
  }
}

/** Reads a list as `writeEntries` wrote it. Throws where the file is damaged or ends too early. */
export async function* readEntries(file: string): AsyncGenerator<Entry> {
  const unpacked = createGunzip({ chunkSize: UNPACKED_BYTES });
  // An error also ends the iteration below, which tells it; a reader that stops early is none.
  const unpacking = pipeline(createReadStream(file), unpacked).catch(() => undefined);
  const lines = new RecordSplitter("\n", "utf8");
  try {
    for await (const piece of unpacked as AsyncIterable<Buffer>) {
      for (const line of lines.take(piece)) yield parseEntry(line);
    }
    if (lines.rest !== "") throw new Error("its last line is cut off");
  } catch (error) {
    throw new Error(`the list of entries ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    unpacked.destroy();
    await unpacking;
  }
}

/** A sorted list in which entries that were read later replace those of their path, or are added in their place. */
export async function* withOverrides(
  sorted: AsyncIterable<Entry>,
  overrides: ReadonlyMap<string, Entry>,
): AsyncGenerator<Entry> {
  const later = [...overrides.values()].sort((one, other) => compareByPath(one.path, other.path));
  let next = 0;
  for await (const entry of sorted) {
    for (; next < later.length; next++) {
      const override = later[next];
      if (override === undefined || compareByPath(override.path, entry.path) >= 0) break;
      yield override;
    }
    if (later[next]?.path !== entry.path) yield entry;
  }
  yield* later.slice(next);
}

async function* inOrder(
  entries: AsyncIterable<Entry>,
  later: Map<string, Entry>,
): AsyncGenerator<Entry> {
  let last: string | null = null;
  for await (const entry of entries) {
    if (later.size > 0 || (last !== null && compareByPath(last, entry.path) >= 0)) {
      later.set(entry.path, entry);
    } else {
      last = entry.path;
      yield entry;
    }
  }
}

async function writeList(file: string, entries: AsyncIterable<Entry>): Promise<EntriesSummary> {
  const digest = new EntriesDigest();
  // What a killed process left there is overwritten; `flush` is the fsync.
  const output = createWriteStream(file, { mode: PRIVATE_FILE, flush: true });
  await pipeline(batches(entries, digest), createGzip({ level: constants.Z_BEST_SPEED }), output);
  return digest.summary();
}

async function* batches(
  entries: AsyncIterable<Entry>,
  digest: EntriesDigest,
): AsyncGenerator<Buffer> {
  let batch = "";
  for await (const entry of entries) {
    batch += digest.add(entry);
    if (batch.length < BATCH_CHARACTERS) continue;
    yield Buffer.from(batch);
    batch = "";
  }
  if (batch !== "") yield Buffer.from(batch);
}
