import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { type BackupRequest, createBackup } from "../../backup/create";
import { execute, executeOrFail } from "../../host/docker/exec";
import { waitFor } from "../../host/docker/wait";
import { statePath } from "../../host/state-directory";
import { bringVolume } from "../../backup/volumes/restore";
import type { GovernedVolume } from "../../plan/application/topology";
import { answers, DataHost, query } from "./data-host";
import { DocumentWriter } from "./document-writer";
import { BUCKET, type MinioServer, startMinio } from "./minio-server";
import { pausesOf } from "./pauses";

function request(volumes: readonly GovernedVolume[]): BackupRequest {
  const topology = { project: "a-test", services: [], networks: [], externalNetworks: [], volumes };
  const side = { stack: "pre-simplification", afterChange: 1, commit: "c0ffee" } as const;
  return { id: "backup", kind: "preExecution", ...side, volumes, topology, untracked: "" };
}

function source(volume: string) {
  return { kind: "backup", id: "backup", volume } as const;
}

describe("a backup of what stores objects, while it is written", function () {
  this.timeout(180_000);
  let host: DataHost;
  let objects: GovernedVolume;

  beforeEach(async () => {
    host = await DataHost.make();
    objects = await host.volume("admin_minio_data", "minio");
  });
  afterEach(() => host.remove());

  it("has the object of every row, also of those that were deleted meanwhile, without any pause", async () => {
    const rows = await host.volume("admin_postgres_data", "postgres");
    const [server, store] = await Promise.all([
      host.startPostgres("admin-postgres", rows),
      startMinio(host, "admin-minio", objects),
    ]);
    const writer = await DocumentWriter.start(server, store.client);
    await writer.until(100);
    const pauses = await pausesOf(store.container, host.context.docker, () =>
      createBackup(host.context, request([rows, objects])),
    );
    await writer.stop();
    deepEqual(pauses, []);

    const [freshRows, freshObjects] = [
      host.governed("fresh-rows", rows.data),
      host.governed("fresh-objects", objects.data),
    ];
    await Promise.all([
      bringVolume(host.context, freshRows, source(rows.name), {}),
      bringVolume(host.context, freshObjects, source(objects.name), {}),
    ]);
    const [restored, { client }] = await Promise.all([
      host.startPostgres("restored-rows", freshRows),
      startMinio(host, "restored-objects", freshObjects),
    ]);
    const listed = (await query(restored, "SELECT key, bytes FROM documents")).split("\n");
    ok(listed.length >= 50, `${listed.length} rows`);
    for (const line of listed) {
      const [key = "", bytes] = line.split("|");
      equal((await client.statObject(BUCKET, key)).size, Number(bytes), key);
    }
  });

  it("holds MinIO's objects so that they become exactly the files of the documents' folder", async () => {
    const { client } = await startMinio(host, "admin-minio", objects);
    const large = Buffer.alloc(7 * 1024 * 1024, "seven mebibytes ");
    const documents = new Map([
      ["8f14e45f-ceea-467f-a0e6-5d7c0d6a0001", Buffer.from("one")],
      ["8f14e45f-ceea-467f-a0e6-5d7c0d6a0002", Buffer.alloc(0)],
      ["8f14e45f-ceea-467f-a0e6-5d7c0d6a0003", large],
    ]);
    for (const [key, bytes] of documents) await client.putObject(BUCKET, key, bytes);
    await createBackup(host.context, request([objects]));

    const folder: GovernedVolume = { name: "data/documents", kind: "folder", data: "documents" };
    const path = join(host.context.repository, folder.name);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, "not in the bucket"), "gone afterwards");
    const options = { objectStoreImage: host.images.minio, bucket: BUCKET };
    const from = source(objects.name);
    await rejects(
      bringVolume(host.context, folder, from, { ...options, bucket: "elsewhere" }),
      /there is no bucket "elsewhere", but objects in "documents"/,
    );
    deepEqual(await readdir(path), ["not in the bucket"]);
    const brought = await bringVolume(host.context, folder, from, options);
    deepEqual(brought, { files: 3, bytes: large.length + 3 });
    deepEqual((await readdir(path)).sort(), [...documents.keys()]);
    for (const [key, bytes] of documents) deepEqual(await readFile(join(path, key)), bytes);
    const { Volumes } = await host.context.docker.listVolumes();
    const own = Volumes.filter(({ Name }) => Name.startsWith(host.prefix));
    deepEqual(
      own.map(({ Name }) => Name),
      [host.named("admin_minio_data")],
    );
  });

  it("pauses the server for at most 100 ms where objects are overwritten all the time, and has each one whole", async () => {
    const server = await startMinio(host, "admin-minio", objects);
    const overwriting = await overwrite(server);
    const pauses = await pausesOf(server.container, host.context.docker, () =>
      createBackup(host.context, request([objects])),
    );
    // It would not end while the server stands still.
    await overwriting.stop();
    ok(pauses.length > 0, "it was not paused");
    ok(Math.max(...pauses) <= 100, `paused for ${pauses.join(", ")} ms`);

    const fresh = host.governed("fresh", objects.data);
    await bringVolume(host.context, fresh, source(objects.name), {});
    const restored = await startMinio(host, "restored", fresh);
    for (const key of HOT_KEYS) {
      const bytes = await buffer(await restored.client.getObject(BUCKET, key));
      deepEqual(bytes, contentOf(parseInt(bytes.toString(), 10)), key);
    }
  });

  it("lets the server go on by itself when it is killed while the server is paused", async () => {
    const server = await startMinio(host, "admin-minio", objects);
    const overwriting = await overwrite(server);
    let exit: unknown;
    let said = "";
    const pauses = await pausesOf(server.container, host.context.docker, async () => {
      const child = backUpElsewhere(host, request([objects]));
      const saying = text(child.stdout);
      [, exit] = (await once(child, "exit")) as unknown[];
      said = await saying;
      await waitFor(
        async () => {
          const { Status } = (await server.container.inspect()).State;
          return Status === "running"
            ? { done: true, value: null }
            : { done: false, state: Status };
        },
        { deadlineMs: 60_000, intervalMs: 20, message: "MinIO to go on" },
      );
    });
    equal(exit, "SIGKILL", said);
    ok(pauses.length > 0, "it was not paused");
    await overwriting.stop();

    await createBackup(host.context, request([objects]));
    deepEqual(await readdir(statePath.backups(host.context)), ["backup"]);
  });
});

const HOT_KEYS = ["hot-1", "hot-2", "hot-3"];

/**
 * What looks like an object and never comes to rest, however busy the machine is; it stands still when the server does. Not in a
 * bucket, where MinIO would remove it.
 */
const HOT_FILE = "/data/.other/object/xl.meta";
const NEVER_AT_REST = `
mkdir -p "$(dirname ${HOT_FILE})"
n=0; while :; do n=$((n + 1)); echo $n > ${HOT_FILE}; done
`;

/** Larger than what MinIO keeps in one file with an object's description. */
function contentOf(version: number): Buffer {
  return Buffer.alloc(150_000, `${version} `);
}

/** Writes the same objects again and again. */
async function overwrite({
  container,
  client,
}: MinioServer): Promise<{ stop: () => Promise<unknown> }> {
  // It ends with the container.
  execute(container, ["sh", "-c", NEVER_AT_REST]).catch(() => undefined);
  await answers(() => executeOrFail(container, ["test", "-s", HOT_FILE]), "the first overwriting");
  let [on, version] = [true, 0];
  const put = (key: string) => client.putObject(BUCKET, key, contentOf(++version));
  await Promise.all(HOT_KEYS.map(put));
  const works = HOT_KEYS.map(async (key) => {
    while (on) await put(key);
  });
  const stop = (): Promise<unknown> => {
    on = false;
    return Promise.all(works);
  };
  return { stop };
}

/** The same backup in a process of its own that is killed when it is about to let the server go on. */
function backUpElsewhere(
  host: DataHost,
  wanted: BackupRequest,
): ChildProcessByStdio<null, Readable, null> {
  const context = { ...host.context, docker: undefined };
  const script = `
    const Docker = require("dockerode");
    const { createBackup } = require("./backup/create");
    const [context, request] = process.argv.slice(1).map((text) => JSON.parse(text));
    const docker = new Docker();
    const { prototype } = docker.getContainer("any").constructor;
    const { pause, unpause } = prototype;
    let paused = false;
    prototype.pause = async function () { await pause.call(this); paused = true; };
    prototype.unpause = function () {
      return paused ? process.kill(process.pid, "SIGKILL") : unpause.call(this);
    };
    createBackup({ ...context, docker }, request, console.log);
  `;
  const values = [context, wanted].map((value) => JSON.stringify(value));
  const argv = ["--import", "tsx", "--input-type=commonjs", "-e", script, "--", ...values];
  const cwd = join(__dirname, "../..");
  return spawn(process.execPath, argv, { cwd, stdio: ["ignore", "pipe", "inherit"] });
}
