import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import {
  EntriesDigest,
  readEntries,
  withOverrides,
  writeEntries,
} from "../../backup/archives/entries-file";
import { compareByPath, type Entry, formatEntry, parseEntry } from "../../backup/archives/entry";
import { anyEntry, anyList, binary, collect, stream, withFolder } from "../support/tar";

const ENTRY: Entry = {
  path: "a",
  type: "file",
  size: 3,
  sha256: "aa",
  mode: 0o644,
  uid: 1,
  gid: 2,
  mtime: null,
  target: null,
  xattrs: {},
};

describe("an entry as a line", () => {
  it("reads back as the same entry", () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const line = formatEntry(entry);
        deepEqual({ ...parseEntry(line) }, { ...entry, xattrs: { ...entry.xattrs } });
        equal(line.includes("\n"), false);
      }),
    );
  });

  it("shows a path as text, and as base64 where it is none", () => {
    const text = JSON.parse(formatEntry({ ...ENTRY, path: binary("Größe\n") })) as object;
    deepEqual({ ...text, mode: "0644" }, { ...text, path: "Größe\n" });
    const bytes = JSON.parse(formatEntry({ ...ENTRY, path: "\xff" })) as object;
    deepEqual(bytes, { ...bytes, pathBase64: "/w==" });
  });

  it("does not depend on the order in which attributes are known", () => {
    const one = formatEntry({ ...ENTRY, xattrs: { a: "", b: "eA==" } });
    equal(formatEntry({ ...ENTRY, xattrs: { b: "eA==", a: "" } }), one);
  });

  it("is refused where it is no entry", () => {
    const { ...fields } = JSON.parse(formatEntry(ENTRY)) as Record<string, unknown>;
    const changes = [{ path: 1 }, { type: "x" }, { size: -1 }, { mode: "9" }, { uid: "1" }];
    for (const change of [...changes, { gid: 0.5 }, { mtime: 1 }, { xattrs: { a: 1 } }]) {
      throws(() => parseEntry(JSON.stringify({ ...fields, ...change })), /no entry of a list/);
    }
    throws(() => parseEntry("null"), /no entry of a list/);
    throws(() => parseEntry("{"), /no entry of a list/);
  });
});

describe("a file of entries", () => {
  it("reads back as the list, with the summary that a digest without a file has", async () => {
    await withFolder(async (folder) => {
      await fc.assert(
        fc.asyncProperty(anyList, async (list) => {
          const summary = await writeEntries(`${folder}/list`, stream(list));
          deepEqual(
            (await collect(readEntries(`${folder}/list`))).map(formatEntry),
            list.map(formatEntry),
          );
          const digest = new EntriesDigest();
          for (const entry of list) digest.add(entry);
          deepEqual(digest.summary(), summary);
          const lines = gunzipSync(await readFile(`${folder}/list`));
          equal(createHash("sha256").update(lines).digest("hex"), summary.sha256);
          equal(summary.entries, list.length);
          equal(
            summary.bytes,
            list.reduce((sum, { size }) => sum + size, 0),
          );
          equal(summary.files, list.filter(({ type }) => type === "file").length);
        }),
        { numRuns: 30 },
      );
      equal((await stat(`${folder}/list`)).mode & 0o777, 0o600);
      deepEqual(await readdir(folder), ["list"]);
    });
  });

  it("holds the last of the entries that come twice, in order", async () => {
    const at = (path: string, uid: number): Entry => ({ ...ENTRY, path, uid });
    const read = [
      at("b", 1),
      at("d", 1),
      at("e", 1),
      at("b", 2),
      at("c", 2),
      at("b", 3),
      at("a", 3),
    ];
    await withFolder(async (folder) => {
      const summary = await writeEntries(`${folder}/list`, stream(read));
      equal(summary.entries, 5);
      deepEqual(await collect(readEntries(`${folder}/list`)), [
        at("a", 3),
        at("b", 3),
        at("c", 2),
        at("d", 1),
        at("e", 1),
      ]);
      deepEqual(await readdir(folder), ["list"]);
    });
  });

  it("is not there when its entries could not all be read", async () => {
    async function* failing(): AsyncGenerator<Entry> {
      yield* stream([ENTRY]);
      throw new Error("the helper died");
    }
    await withFolder(async (folder) => {
      await rejects(writeEntries(`${folder}/list`, failing()), /the helper died/);
      deepEqual(await readdir(folder), []);
    });
  });

  it("is refused where it is cut off or damaged", async () => {
    await withFolder(async (folder) => {
      const file = `${folder}/list`;
      await writeEntries(file, stream([ENTRY, { ...ENTRY, path: "b" }]));
      const bytes = await readFile(file);
      for (const damaged of [bytes.subarray(0, -1), bytes.subarray(0, 12), bytes.subarray(4)]) {
        await writeFile(file, damaged);
        await rejects(collect(readEntries(file)), new RegExp(`${file} cannot be read`));
      }
      await rejects(collect(readEntries(`${folder}/none`)), /none cannot be read: ENOENT/);
    });
  });

  it("may be left early", async () => {
    await withFolder(async (folder) => {
      const many = Array.from({ length: 9999 }, (_, index) => ({
        ...ENTRY,
        path: String(index).padStart(9, "0"),
      }));
      await writeEntries(`${folder}/list`, stream(many));
      for await (const entry of readEntries(`${folder}/list`)) {
        equal(entry.path, "000000000");
        break;
      }
    });
  });
});

describe("entries that were read later", () => {
  it("replace those of their path, and others are added in their place", async () => {
    await fc.assert(
      fc.asyncProperty(anyList, anyList, async (list, later) => {
        const overrides = new Map(later.map((entry) => [entry.path, entry]));
        const all = new Map([...list, ...later].map((entry) => [entry.path, entry]));
        const wanted = [...all.values()].sort((one, other) => compareByPath(one.path, other.path));
        deepEqual(await collect(withOverrides(stream(list), overrides)), wanted);
      }),
    );
  });
});
