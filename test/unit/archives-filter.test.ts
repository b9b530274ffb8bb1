import { deepEqual, equal, rejects } from "node:assert/strict";
import { execFile } from "node:child_process";
import { link, mkdir, readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import fc from "fast-check";
import { filterTar } from "../../backup/archives/filter-tar";
import { readTar } from "../../backup/archives/read-tar";
import { collect, inChunks, tarOf, withFolder } from "../support/tar";

const run = promisify(execFile);
const LONG = `folder/${"l".repeat(150)}`;
const FILES = ["a", "b", LONG, "folder/\xff\n", "large", "sparse"];
const ALWAYS = [".", "empty", "folder", "z-hard"];

async function makeTree(folder: string): Promise<void> {
  await mkdir(`${folder}/folder`);
  await mkdir(`${folder}/empty`);
  for (const name of FILES) await writeFile(Buffer.from(`${folder}/${name}`, "latin1"), name);
  await writeFile(`${folder}/large`, Buffer.alloc(300_000, "large"));
  await run("truncate", ["--size=1M", `${folder}/sparse`]);
  await link(`${folder}/a`, `${folder}/z-hard`);
}

async function filtered(
  tar: Buffer,
  keep: (path: string) => boolean,
  lengths?: readonly number[],
): Promise<Buffer> {
  return Buffer.concat(await collect(filterTar(inChunks(tar, lengths), keep)));
}

describe("a filtered tar stream", () => {
  it("holds exactly what is asked for, folders and hard links, however it is cut", async () => {
    await withFolder(async (folder) => {
      await makeTree(folder);
      const one = await tarOf(folder);
      const tar = Buffer.concat([one, await tarOf(folder, ["--format=gnu"], [`./${LONG}`])]);
      const all = await collect(readTar(inChunks(tar)));
      const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 9 });
      await fc.assert(
        fc.asyncProperty(fc.subarray(FILES), cuts, async (kept, lengths) => {
          const bytes = await filtered(tar, (path) => kept.includes(path), lengths);
          deepEqual(
            await collect(readTar(inChunks(bytes))),
            all.filter(({ path }) => [...ALWAYS, ...kept].includes(path)),
          );
          equal(bytes.length % 512, 0);
        }),
        { numRuns: 30 },
      );
    });
  });

  it("is what GNU tar lists and extracts as one archive", async () => {
    await withFolder(async (folder) => {
      const [from, to, file] = [`${folder}/from`, `${folder}/to`, `${folder}/tar`];
      await mkdir(from);
      await mkdir(to);
      await makeTree(from);
      const one = await tarOf(from);
      const tar = Buffer.concat([one, await tarOf(from, ["--format=gnu"], [`./${LONG}`])]);
      const wanted = [LONG, "sparse", "large", "a"];
      await writeFile(file, await filtered(tar, (path) => wanted.includes(path)));
      const listed = await run("tar", ["--list", `--file=${file}`, "--quoting-style=escape"]);
      const names = listed.stdout.trimEnd().split("\n");
      deepEqual(
        names.map((name) => name.replace(/^\.\/(?=.)/, "").replace(/\/$/, "")).toSorted(),
        [...ALWAYS, ...wanted, LONG].toSorted(),
      );
      equal(listed.stderr, "");
      await run("tar", ["--extract", `--file=${file}`, `--directory=${to}`, "--sparse"]);
      for (const name of [...wanted, "z-hard"]) {
        deepEqual(await readFile(`${to}/${name}`), await readFile(`${from}/${name}`));
      }
    });
  });

  it("is the very stream when everything is kept, but for the zeros at the end", async () => {
    await withFolder(async (folder) => {
      await makeTree(folder);
      const tar = await tarOf(folder);
      const bytes = await filtered(tar, () => true);
      equal(bytes.compare(tar, 0, bytes.length), 0);
      equal(
        tar.subarray(bytes.length).every((byte) => byte === 0),
        true,
      );
      const chunks = await collect(filterTar(inChunks(tar, [tar.length]), () => true));
      equal(chunks.length, 2, "what lies side by side goes on as one chunk");
    });
  });

  it("is an error when the stream is truncated", async () => {
    await withFolder(async (folder) => {
      await makeTree(folder);
      const tar = await tarOf(folder);
      await rejects(
        filtered(tar.subarray(0, 5000), () => false),
        /truncated/,
      );
    });
  });
});
