import { deepEqual, equal, rejects } from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { link, mkdir, open, symlink, utimes, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { compareByPath, type Entry } from "../../backup/archives/entry";
import { readTar } from "../../backup/archives/read-tar";
import { AS_A_BACKUP, collect, inChunks, tarOf, withFolder } from "../support/tar";

const run = promisify(execFile);
const MEBIBYTE = 1024 * 1024;
const UMLAUTS = "u\xe4\xff\n";
const LONG = `${"l".repeat(120)}.pdf`;
const DEEP = Array.from({ length: 30 }, (_, index) => `folder ${index}`).join("/");
/** One block short of, exactly, and above what a header's block holds, and above a pipe's buffer. */
const SIZES = [0, 1, 511, 512, 513, 65536, 200_000];

async function read(tar: Buffer, lengths?: readonly number[]): Promise<Entry[]> {
  return collect(readTar(inChunks(tar, lengths)));
}

/** Chunks that fill their memory, as a pipe gives them. */
async function* filledChunks(tar: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < tar.length; at += length) {
    await Promise.resolve();
    const part = tar.subarray(at, at + length);
    const filled = Buffer.allocUnsafeSlow(part.length);
    part.copy(filled);
    yield filled;
  }
}

function contentOf(size: number): Buffer {
  return Buffer.alloc(size, `content of ${size} bytes `);
}

function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}

async function makeTree(folder: string): Promise<void> {
  const inFolder = (path: string): Buffer => Buffer.from(`${folder}/${path}`, "latin1");
  for (const size of SIZES) await writeFile(inFolder(`size-${size}`), contentOf(size));
  await mkdir(inFolder("empty"));
  await mkdir(inFolder(DEEP), { recursive: true });
  await writeFile(inFolder(`${DEEP}/deep`), "deep");
  for (const name of [UMLAUTS, LONG]) await writeFile(inFolder(name), name, "latin1");
  await link(inFolder("size-1"), inFolder("size-1-again"));
  await link(inFolder(UMLAUTS), inFolder("z-hard"));
  await symlink(inFolder(UMLAUTS).subarray(inFolder("").length), inFolder("z-soft"));
  await symlink("/else/where".repeat(20), inFolder("z-away"));
  await run("mkfifo", ["-m", "640", `${folder}/z-fifo`]);
  await run("touch", ["-d", "@1700000000.123456789", `${folder}/size-1`]);
  await run("touch", ["-d", "@1700000000.100000000", `${folder}/size-511`]);
  await utimes(`${folder}/size-512`, 1_700_000_000, 1_700_000_000);
  await run("touch", ["-d", "@-5.5", `${folder}/size-513`]);
  await run("chmod", ["7751", `${folder}/empty`]);
  await run("chmod", ["604", `${folder}/size-0`]);
}

describe("a tar stream of GNU tar", () => {
  it("is read with the same hashes where another thread hashes large files, however it is cut", async () => {
    await withFolder(async (folder) => {
      const content = randomBytes(9 * MEBIBYTE + 5);
      await writeFile(`${folder}/large`, content);
      await writeFile(`${folder}/larger`, Buffer.concat([content, content]));
      await writeFile(`${folder}/small`, "small");
      const tar = await tarOf(folder, ["--sort=name", "--format=posix"]);
      const inPlace = await read(tar);
      equal(inPlace.find(({ path }) => path === "large")?.sha256, sha256(content));
      for (const length of [65536, MEBIBYTE, 700_001]) {
        deepEqual(await collect(readTar(filledChunks(tar, length), MEBIBYTE)), inPlace);
      }
    });
  });

  it("is an error when it ends while another thread hashes", async () => {
    await withFolder(async (folder) => {
      await writeFile(`${folder}/large`, randomBytes(2 * MEBIBYTE));
      const tar = await tarOf(folder, ["--format=posix"]);
      const cut = filledChunks(tar.subarray(0, MEBIBYTE), 65536);
      await rejects(collect(readTar(cut, MEBIBYTE)), /truncated/);
    });
  });

  for (const format of ["posix", "gnu"]) {
    it(`is read with every kind of entry and every name (${format})`, async () => {
      await withFolder(async (folder) => {
        await makeTree(folder);
        const tar = await tarOf(folder, ["--sort=name", "--numeric-owner", `--format=${format}`]);
        const entries = await read(tar);
        deepEqual(
          entries.map(({ path }) => path),
          entries.map(({ path }) => path).toSorted(compareByPath),
        );
        const found = new Map(entries.map((entry) => [entry.path, entry]));
        equal(found.size, SIZES.length + 1 + 1 + 31 + 2 + 2 + 2 + 1);
        for (const size of SIZES) {
          const { type, size: told, sha256: digest } = found.get(`size-${size}`) ?? {};
          deepEqual([type, told, digest], ["file", size, sha256(contentOf(size))]);
        }
        equal(found.get(`${DEEP}/deep`)?.sha256, sha256("deep"));
        equal(found.get(LONG)?.sha256, sha256(LONG));
        equal(found.get(UMLAUTS)?.sha256, sha256(Buffer.from(UMLAUTS, "latin1")));
        const kinds = ["size-1-again", "z-hard", "z-soft", "z-away", "z-fifo", "empty", "."];
        deepEqual(
          kinds.map((path) => [found.get(path)?.type, found.get(path)?.target]),
          [
            ["hardlink", "size-1"],
            ["hardlink", UMLAUTS],
            ["symlink", UMLAUTS],
            ["symlink", "/else/where".repeat(20)],
            ["fifo", null],
            ["directory", null],
            ["directory", null],
          ],
        );
        deepEqual(
          kinds.map((path) => [found.get(path)?.size, found.get(path)?.sha256]),
          kinds.map(() => [0, null]),
        );
        equal(found.get("empty")?.mode, 0o7751);
        equal(found.get("size-0")?.mode, 0o604);
        equal(found.get("z-fifo")?.mode, 0o640);
        equal(found.get("z-fifo")?.uid, process.getuid?.());
        equal(found.get("z-fifo")?.gid, process.getgid?.());
        const times = ["size-1", "size-511", "size-512", "size-513"];
        deepEqual(
          times.map((path) => found.get(path)?.mtime),
          format === "posix"
            ? ["1700000000.123456789", "1700000000.1", "1700000000", "-5.5"]
            : ["1700000000", "1700000000", "1700000000", "-6"],
        );
      });
    });
  }

  it("gives the same entries wherever it is cut into chunks", async () => {
    await withFolder(async (folder) => {
      await makeTree(folder);
      const tar = await tarOf(folder);
      const whole = await read(tar, [tar.length]);
      for (const length of [1, 7, 100, 511, 512, 513, 700]) {
        deepEqual(await read(tar, [length]), whole);
      }
      const growing = Array.from({ length: 700 }, (_, index) => index + 1);
      deepEqual(await read(tar, growing), whole);
    });
  });

  it("gives sparse files the checksum of their real content", async () => {
    await withFolder(async (folder) => {
      const megabyte = 2 ** 20;
      const many = Buffer.alloc(16 * megabyte);
      const file = await open(`${folder}/many`, "w");
      for (let at = 65536; at < many.length; at += 131072) {
        many.write("data", at);
        await file.write("data", at);
      }
      await file.truncate(many.length);
      await file.close();
      await run("truncate", ["--size=70M", `${folder}/hole`]);
      await writeFile(`${folder}/begins`, "data");
      await run("truncate", ["--size=3M", `${folder}/begins`]);
      const tar = await tarOf(folder);
      equal(tar.length < 2 * megabyte, true, "the files have no holes on this file system");
      const begins = Buffer.alloc(3 * megabyte);
      begins.write("data");
      const wanted = [
        ["begins", begins],
        ["hole", Buffer.alloc(70 * megabyte)],
        ["many", many],
      ] as const;
      for (const lengths of [[65536], [1, 600, 3, 511]]) {
        deepEqual(
          (await read(tar, lengths))
            .slice(1)
            .map((entry) => [entry.path, entry.size, entry.sha256]),
          wanted.map(([path, content]) => [path, content.length, sha256(content)]),
        );
      }
    });
  });

  it("may be several archives one after the other", async () => {
    await withFolder(async (folder) => {
      await writeFile(`${folder}/a`, "a");
      await writeFile(`${folder}/b`, "b");
      const [one, other] = [await tarOf(folder), await tarOf(folder, AS_A_BACKUP, ["./a", "b"])];
      const entries = await read(Buffer.concat([one, other, one]), [700]);
      deepEqual(
        entries.map(({ path }) => path),
        [".", "a", "b", "a", "b", ".", "a", "b"],
      );
    });
  });

  it("is an error when it is truncated anywhere", async () => {
    await withFolder(async (folder) => {
      await writeFile(`${folder}/${LONG}`, contentOf(1000));
      await run("truncate", ["--size=1M", `${folder}/sparse`]);
      const tar = await tarOf(folder);
      let end = tar.length;
      while (tar[end - 1] === 0) end--;
      const archiveEnd = Math.ceil(end / 512) * 512 + 1024;
      equal((await read(tar.subarray(0, archiveEnd))).length, 3);
      for (let length = 0; length < archiveEnd; length += 64) {
        await rejects(read(tar.subarray(0, length)), /the tar stream is truncated/);
      }
      await rejects(read(tar.subarray(0, -1)), /the tar stream is truncated/);
    });
  });
});
