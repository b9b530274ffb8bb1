import { deepEqual, equal } from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { compareByPath } from "../../backup/archives/entry";
import { readTar } from "../../backup/archives/read-tar";
import { anyPath, collect, inChunks, tarOf, withFolder } from "../support/tar";

/** Folder by folder, names as bytes. */
function naive(one: string, other: string): number {
  const [left, right] = [one, other].map((path) => (path === "." ? [] : path.split("/")));
  for (let index = 0; ; index++) {
    const [a, b] = [left?.[index], right?.[index]];
    if (a === undefined || b === undefined) return (left?.length ?? 0) - (right?.length ?? 0);
    const order = Buffer.compare(Buffer.from(a, "latin1"), Buffer.from(b, "latin1"));
    if (order !== 0) return order;
  }
}

describe("the order of entries", () => {
  it("is that of `tar --sort=name`, for names of any bytes", async () => {
    const files = [
      "a.b",
      "a/c",
      "a-b",
      "a b",
      "a/.x",
      "a/-",
      "a\x01",
      "!",
      "-",
      "ä",
      "\xff",
      "\x80",
    ];
    await withFolder(async (folder) => {
      await mkdir(`${folder}/a`);
      for (const file of [...files, "a/\xfe", "a\n", "~", "A", "Z"]) {
        await writeFile(Buffer.from(`${folder}/${file}`, "latin1"), "");
      }
      const written = await collect(readTar(inChunks(await tarOf(folder))));
      const paths = written.map(({ path }) => path);
      equal(paths.length, files.length + 5 + 2);
      deepEqual(paths, paths.toSorted(compareByPath));
      deepEqual(paths.slice(0, 4), [".", "!", "-", "A"]);
    });
  });

  it("is that of the names of each folder, a folder before what it holds", () => {
    fc.assert(
      fc.property(anyPath, fc.oneof(anyPath, fc.constant(".")), (one, other) => {
        equal(Math.sign(compareByPath(one, other)), Math.sign(naive(one, other)));
        equal(Math.sign(compareByPath(other, one)), Math.sign(naive(other, one)));
      }),
    );
  });
});
