import { deepEqual, equal, rejects } from "node:assert/strict";
import fc from "fast-check";
import { compareEntries, type Difference } from "../../backup/archives/compare";
import { compareByPath, type Entry } from "../../backup/archives/entry";
import { anyList, collect, stream } from "../support/tar";

const FILE: Entry = {
  path: "a",
  type: "file",
  size: 1,
  sha256: "aa",
  mode: 0o644,
  uid: 1,
  gid: 2,
  mtime: "5.5",
  target: null,
  xattrs: { "user.a": "eA==" },
};

function naive(wanted: readonly Entry[], found: readonly Entry[]): string[] {
  const [left, right] = [wanted, found].map((list) => new Map(list.map((one) => [one.path, one])));
  const paths = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])];
  return paths.sort(compareByPath).flatMap((path) => {
    const [one, other] = [left?.get(path), right?.get(path)];
    if (one === undefined) return [`extra ${path}`];
    if (other === undefined) return [`missing ${path}`];
    return one === other ? [] : [`different ${path}`];
  });
}

async function compare(wanted: readonly Entry[], found: readonly Entry[]): Promise<Difference[]> {
  return collect(compareEntries(stream(wanted), stream(found)));
}

describe("the comparison of two lists of entries", () => {
  it("finds what a comparison of two maps finds, in order", async () => {
    const lists = fc.tuple(anyList, fc.infiniteStream(fc.nat(4))).map(([list, choices]) => {
      const choice = () => choices.next().value as number;
      const changed = list.map((entry) => ({ entry, choice: choice() }));
      const found = changed
        .filter((one) => one.choice !== 0)
        .map((one) => (one.choice === 1 ? { ...one.entry, uid: one.entry.uid + 1 } : one.entry));
      return { wanted: list.filter((_, index) => index % 7 !== 3), found };
    });
    await fc.assert(
      fc.asyncProperty(lists, async ({ wanted, found }) => {
        const told = (await compare(wanted, found)).map(({ kind, path }) => `${kind} ${path}`);
        deepEqual(told, naive(wanted, found));
      }),
    );
  });

  const changes: [string, Partial<Entry>][] = [
    ["type", { type: "fifo" }],
    ["size", { size: 2 }],
    ["content", { sha256: "bb" }],
    ["mode", { mode: 0o4644 }],
    ["uid", { uid: 9 }],
    ["gid", { gid: 9 }],
    ["mtime", { mtime: "5.500000001" }],
    ["target", { target: "b" }],
    ["device", { device: "1:2" }],
    ["xattrs", { xattrs: { "user.a": "eQ==" } }],
    ["xattrs", { xattrs: { "user.b": "eA==" } }],
    ["xattrs", { xattrs: {} }],
  ];
  for (const [what, change] of changes) {
    it(`tells a different ${what} (${JSON.stringify(change)})`, async () => {
      const found = { ...FILE, ...change };
      deepEqual(await compare([FILE], [found]), [
        { kind: "different", path: "a", wanted: FILE, found, what: [what] },
      ]);
    });
  }

  it("does not compare a time that is not known", async () => {
    deepEqual(await compare([FILE], [{ ...FILE, mtime: null }]), []);
    deepEqual(await compare([{ ...FILE, mtime: null }], [FILE]), []);
  });

  it("refuses lists that are not in order or name a path twice", async () => {
    await rejects(compare([FILE, FILE], [FILE]), /not in order at "a"/);
    await rejects(compare([], [{ ...FILE, path: "b" }, FILE]), /not in order at "a"/);
  });

  it("ends both lists when its reader stops early", async () => {
    let ended = 0;
    async function* watched(list: Entry[]): AsyncGenerator<Entry> {
      try {
        yield* stream(list);
      } finally {
        ended++;
      }
    }
    const list = [FILE, { ...FILE, path: "b" }, { ...FILE, path: "c" }];
    for await (const difference of compareEntries(watched(list), watched([]))) {
      equal(difference.kind, "missing");
      break;
    }
    equal(ended, 2);
  });
});
