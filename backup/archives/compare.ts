import { compareByPath, type Entry } from "./entry";

/** One path at which what was found is not what was wanted. */
export interface Difference {
  readonly kind: "missing" | "extra" | "different";
  readonly path: string;
  readonly wanted?: Entry;
  readonly found?: Entry;
  /** Which properties differ: "type", "size", "content", "mode", "uid", "gid", "mtime", "target", "device", "xattrs". */
  readonly what: readonly string[];
}

const COMPARED = ["type", "size", "mode", "uid", "gid", "target", "device"] as const;

/**
 * Compares two lists, each in the one order, entry by entry, so that memory stays flat however long they are. Yields nothing where
 * they are equal. Throws where a list is not in order or names a path twice, since a merge would then compare the wrong entries.
 */
export async function* compareEntries(
  wanted: AsyncIterable<Entry>,
  found: AsyncIterable<Entry>,
): AsyncGenerator<Difference> {
  const left = new Cursor(wanted);
  const right = new Cursor(found);
  try {
    await Promise.all([left.next(), right.next()]);
    while (left.entry !== null || right.entry !== null) {
      const order = compareOrEnd(left.entry, right.entry);
      const difference = differenceOf(
        order <= 0 ? left.entry : null,
        order >= 0 ? right.entry : null,
      );
      if (difference !== null) yield difference;
      if (order === 0) await Promise.all([left.next(), right.next()]);
      else await (order < 0 ? left : right).next();
    }
  } finally {
    await Promise.allSettled([left.close(), right.close()]);
  }
}

/** Where a list stands. */
class Cursor {
  entry: Entry | null = null;
  readonly #iterator: AsyncIterator<Entry>;

  constructor(entries: AsyncIterable<Entry>) {
    this.#iterator = entries[Symbol.asyncIterator]();
  }

  async next(): Promise<void> {
    const former = this.entry;
    const result = await this.#iterator.next();
    this.entry = result.done === true ? null : result.value;
    if (former === null || this.entry === null) return;
    if (compareByPath(former.path, this.entry.path) >= 0) {
      throw new Error(`the list of entries is not in order at ${JSON.stringify(this.entry.path)}`);
    }
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

function compareOrEnd(left: Entry | null, right: Entry | null): number {
  if (left === null) return 1;
  return right === null ? -1 : compareByPath(left.path, right.path);
}

function differenceOf(wanted: Entry | null, found: Entry | null): Difference | null {
  if (wanted !== null && found !== null) {
    const what = differingProperties(wanted, found);
    return what.length === 0 ? null : { kind: "different", path: wanted.path, wanted, found, what };
  }
  if (wanted !== null) return { kind: "missing", path: wanted.path, wanted, what: [] };
  return found === null ? null : { kind: "extra", path: found.path, found, what: [] };
}

/** Which properties of a path differ; empty: it is as wanted. */
export function differingProperties(wanted: Entry, found: Entry): string[] {
  const what: string[] = COMPARED.filter((name) => wanted[name] !== found[name]);
  if (wanted.sha256 !== found.sha256) what.push("content");
  const timesKnown = wanted.mtime !== null && found.mtime !== null;
  if (timesKnown && wanted.mtime !== found.mtime) what.push("mtime");
  if (!sameRecord(wanted.xattrs, found.xattrs)) what.push("xattrs");
  return what;
}

function sameRecord(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  if (one === other) return true;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && one[name] === other[name])
  );
}
