import { deepEqual, equal, rejects } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Client } from "minio";
import { DocumentBucket } from "../../stores/bucket";
import { DocumentCopy } from "../../stores/documents";
import { DocumentFolder } from "../../stores/files";
import { minioOfContainer } from "../../stores/minio-client";
import { DataHost } from "./data-host";

/** More than one part of an upload. */
const LARGE = 20 * 1024 * 1024;

describe("documents between a MinIO, which publishes no port, and a folder", () => {
  let host: DataHost;
  let client: Client;
  let folder: string;

  before(async () => {
    host = await DataHost.make();
    const volume = await host.volume("objects", "minio");
    const container = await host.start("minio", volume, {
      image: host.images.minio,
      target: "/data",
      command: ["server", "/data"],
      environment: [
        "MINIO_ROOT_USER_FILE=/run/secrets/test/user",
        "MINIO_ROOT_PASSWORD_FILE=/run/secrets/test/password",
      ],
    });
    client = await minioOfContainer(host.context.docker.getContainer(container.id));
  });
  after(async () => {
    await host.remove();
  });
  beforeEach(async () => {
    folder = join(host.context.repository, "data", "documents");
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  });

  const toBucket = (bucket = "documents") =>
    new DocumentCopy(new DocumentFolder(folder), new DocumentBucket(client, bucket));
  const toFolder = (bucket = "documents") =>
    new DocumentCopy(new DocumentBucket(client, bucket), new DocumentFolder(folder));

  it("are the same there and back: names, empty ones, large ones, nothing else", async () => {
    const documents = new Map([
      ["plain", Buffer.from("plain")],
      ["empty", Buffer.alloc(0)],
      ["large", randomBytes(LARGE)],
      ["deep/er/file name.pdf", randomBytes(3000)],
      ["ümlaut+%20&?#.txt", randomBytes(10)],
    ]);
    for (const [key, content] of documents) await put(folder, key, content);
    await client.makeBucket("documents");
    await client.putObject("documents", "not/any/more", "old");

    const there = await toBucket().exact();
    equal(there.documents, documents.size);
    equal(there.written, documents.size);
    await rm(folder, { recursive: true });
    await mkdir(folder);
    await put(folder, "in the way", Buffer.from("x"));
    await put(folder, "deep", Buffer.from("a file where a folder has to be"));
    await put(folder, ".restore-of-a-killed-run", Buffer.from("half"));

    const back = await toFolder().exact();
    equal(back.sha256, there.sha256);
    deepEqual(await filesBelow(folder), [...documents.keys()].sort());
    for (const [key, content] of documents) {
      deepEqual(await readFile(join(folder, key)), content, key);
    }
    const { uid } = await stat(folder);
    equal((await stat(join(folder, "large"))).uid, uid);
  });

  it("reads and writes after the first pass only what has changed since", async () => {
    for (const key of ["a", "b", "c"]) await put(folder, key, randomBytes(1000));
    const copy = toBucket();
    equal(await copy.ahead(), 3);
    const same = await stat(join(folder, "a"));
    await put(folder, "a", randomBytes(1000));
    // The same size and time: only its content is another one.
    await utimes(join(folder, "a"), same.atime, same.mtime);
    await put(folder, "d", randomBytes(1000));
    await rm(join(folder, "b"));
    const exact = await copy.exact();
    equal(exact.written, 2);
    equal(exact.documents, 3);
    equal((await toBucket().exact()).written, 0);
    equal((await toFolder().exact()).sha256, exact.sha256);
  });

  it("are those of the bucket that is named, whatever other buckets hold", async () => {
    await put(folder, "scan", Buffer.from("a scan"));
    await client.putObject("documents", "of another bucket", "x");
    await client.makeBucket("scans");
    const there = await toBucket("scans").exact();
    equal(there.documents, 1);
    await put(folder, "of nobody", Buffer.from("x"));
    equal((await toFolder("scans").exact()).sha256, there.sha256);
    deepEqual(await filesBelow(folder), ["scan"]);
    const stored = new DocumentBucket(client, "scans");
    deepEqual(
      (await stored.list()).map(({ key }) => key),
      ["scan"],
    );
  });

  it("refuses a bucket that is not there while others hold objects, and touches no document", async () => {
    await put(folder, "kept", Buffer.from("kept"));
    await client.makeBucket("empty-one");
    if (!(await client.bucketExists("archive"))) await client.makeBucket("archive");
    await client.putObject("archive", "an object", "x");
    const refusal = /there is no bucket "wrong", but objects in "archive"(, "\w+")*: name the one/;
    for (const copy of [toFolder("wrong"), toBucket("wrong")]) {
      await rejects(copy.ahead(), refusal);
      await rejects(copy.exact(), refusal);
    }
    deepEqual(await filesBelow(folder), ["kept"]);
    equal(await client.bucketExists("wrong"), false);
  });

  it("refuses what can be no document, and says where", async () => {
    await symlink("/etc/passwd", join(folder, "link"));
    await rejects(toBucket().ahead(), /"link" in .*data\/documents is no file/);
  });

  it("leaves no temporary file when an object cannot be written whole", async () => {
    const broken = new DocumentFolder(folder);
    const half = (async function* () {
      yield await Promise.resolve(Buffer.from("half"));
      throw new Error("cut off");
    })();
    const document = { key: "x", bytes: 10, version: "" };
    await rejects(broken.write(document, half), /cut off/);
    deepEqual(await filesBelow(folder), []);
  });
});

async function put(folder: string, key: string, content: Buffer): Promise<void> {
  await mkdir(dirname(join(folder, key)), { recursive: true });
  await writeFile(join(folder, key), content);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
