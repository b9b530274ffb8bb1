import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "minio";
import { type BackupRequest, createBackup } from "../../host/backups/create";
import { listBackups } from "../../host/backups/list";
import { readManifest } from "../../host/backups/manifest";
import { verifyArchives } from "../../host/backups/verify";
import { readDataFacts } from "../../host/checks/data-facts";
import { executeOrFail } from "../../host/docker/exec";
import { statePath } from "../../host/state-directory";
import { bringVolume } from "../../host/volumes/restore";
import { topologyOfStack } from "../../plan/topologies";
import type { GovernedVolume, Service } from "../../plan/topology";
import { answers, DataHost, PASSWORD, query } from "./data-host";

const QUIET = (): void => undefined;

function request(id: string, volumes: readonly GovernedVolume[]): BackupRequest {
  const topology = { services: [], networks: [], volumes };
  const side = { stack: "pre-simplification", afterChange: 1, commit: "c0ffee" } as const;
  return { id, kind: "preExecution", ...side, volumes, topology, untracked: "" };
}

function from(id: string, volume: string) {
  return { kind: "backup", id, volume } as const;
}

describe("createBackup on real Docker", function () {
  this.timeout(180_000);
  let host: DataHost;

  beforeEach(async () => {
    host = await DataHost.make();
  });
  afterEach(() => host.remove());

  it("reads a PostgreSQL that is being written to, and a restored one has every row from before", async () => {
    const volume = await host.volume("admin_postgres_data", "postgres");
    const server = await host.startPostgres("admin-postgres", volume);
    await query(server, "CREATE TABLE vehicles AS SELECT g AS id FROM generate_series(1,20000) g");
    const writing = { on: true };
    const writer = (async () => {
      while (writing.on) await query(server, "INSERT INTO vehicles SELECT max(id)+1 FROM vehicles");
    })();
    const services = topologyOfStack("pre-simplification").services.filter(
      ({ name }) => name === "admin-postgres",
    );
    const topology = { services, networks: [], volumes: [volume] };
    await createBackup(host.context, { ...request("first", [volume]), topology }, QUIET);
    writing.on = false;
    await writer;

    const fresh: GovernedVolume = { ...volume, name: "fresh" };
    await bringVolume(host.context, fresh, from("first", volume.name), {}, QUIET);
    const restored = await host.startPostgres("restored", fresh);
    equal(
      await query(restored, "SELECT count(*) >= 20000 AND count(*) = max(id) FROM vehicles"),
      "t",
    );
    equal(await query(restored, "SHOW data_checksums"), "on");
    const facts = await readDataFacts(statePath.backup(host.context, "first"));
    const least = facts?.databases[volume.name]?.rows["public.vehicles"] ?? 0;
    equal(least >= 20_000, true, `${least} rows at least`);
    equal(await query(restored, `SELECT count(*) >= ${least} FROM vehicles`), "t");
  });

  it("keeps PostgreSQL's data in the folder of the volume that it was in", async () => {
    const volume = await host.volume("platform_postgres_data", "postgres");
    const inFolder = "PGDATA=/var/lib/postgresql/data/pgdata";
    const server = await host.startPostgres("platform-postgres", volume, inFolder);
    await query(server, "CREATE TABLE makes AS SELECT 'Saab' AS name");
    await createBackup(host.context, request("first", [volume]), QUIET);
    const fresh: GovernedVolume = { ...volume, name: "fresh" };
    await bringVolume(host.context, fresh, from("first", volume.name), {}, QUIET);
    const restored = await host.startPostgres("restored", fresh, inFolder);
    equal(await query(restored, "SELECT name FROM makes"), "Saab");
  });

  it("writes down containers without the values of their environment", async () => {
    const volume = await host.volume("admin_redis_data", "redis");
    const image = host.images.helper;
    const environment = ["API_TOKEN=do-not-keep-me"];
    const command = ["sleep", "600"];
    await host.start("admin-backend", volume, { image, target: "/data", command, environment });
    const service: Service = {
      name: "admin-backend",
      aliases: [],
      image: { kind: "built", image: "backend" },
      environment: {},
      networks: [],
      mounts: [],
      volumes: [],
      ports: [],
      dependsOn: [],
      role: "ordinary",
      stopSeconds: 1,
    };
    const topology = { services: [service], networks: [], volumes: [] };
    await createBackup(host.context, { ...request("first", []), topology }, QUIET);
    const folder = join(statePath.backup(host.context, "first"), "state");
    const text = await readFile(join(folder, "containers.json"), "utf8");
    match(text, /"API_TOKEN=<not kept>"/);
    equal(text.includes("do-not-keep-me"), false);
    match(await readFile(join(folder, "containers.txt"), "utf8"), /admin-backend\trunning\t/);
  });

  it("has what Redis had in memory", async () => {
    const volume = await host.volume("admin_redis_data", "redis");
    const settings = { image: host.images.redis, target: "/data" };
    const command = ["redis-server", "--save", "60", "1"];
    const server = await host.start("admin-redis", volume, { ...settings, command });
    await answers(() => executeOrFail(server, ["redis-cli", "SET", "session", "kept"]), "Redis");
    await createBackup(host.context, request("first", [volume]), QUIET);

    const fresh: GovernedVolume = { ...volume, name: "fresh" };
    await bringVolume(host.context, fresh, from("first", volume.name), {}, QUIET);
    const restored = await host.start("restored", fresh, { ...settings, command });
    const get = () => executeOrFail(restored, ["redis-cli", "GET", "session"]);
    const answer = await answers(get, "the restored Redis");
    match(answer, /^kept$/m);
  });

  it("pauses MinIO, lets it go on, and its objects become exactly the files of the documents' folder", async () => {
    const volume = await host.volume("admin_minio_data", "minio");
    const server = await host.start("admin-minio", volume, {
      image: host.images.minio,
      target: "/data",
      command: ["server", "/data"],
      environment: [
        "MINIO_ROOT_USER_FILE=/run/secrets/test/user",
        "MINIO_ROOT_PASSWORD_FILE=/run/secrets/test/password",
      ],
      port: "9000/tcp",
    });
    const { Ports } = (await server.inspect()).NetworkSettings;
    const client = new Client({
      endPoint: "127.0.0.1",
      port: Number(Ports["9000/tcp"]?.[0]?.HostPort),
      useSSL: false,
      accessKey: "tester",
      secretKey: PASSWORD,
    });
    await answers(() => client.makeBucket("documents"), "MinIO");
    const large = Buffer.alloc(7 * 1024 * 1024, "seven mebibytes ");
    const documents = new Map([
      ["8f14e45f-ceea-467f-a0e6-5d7c0d6a0001", Buffer.from("one")],
      ["8f14e45f-ceea-467f-a0e6-5d7c0d6a0002", Buffer.alloc(0)],
      ["8f14e45f-ceea-467f-a0e6-5d7c0d6a0003", large],
    ]);
    for (const [key, bytes] of documents) await client.putObject("documents", key, bytes);
    await createBackup(host.context, request("first", [volume]), QUIET);
    equal((await server.inspect()).State.Paused, false);
    equal(await client.bucketExists("documents"), true);

    const folder: GovernedVolume = { name: "data/documents", kind: "folder", data: "documents" };
    const path = join(host.context.repository, folder.name);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, "not in the bucket"), "gone afterwards");
    const options = { minioImage: host.images.minio };
    const source = from("first", volume.name);
    const brought = await bringVolume(host.context, folder, source, options, QUIET);
    deepEqual(brought, { files: 3, bytes: large.length + 3 });
    deepEqual((await readdir(path)).sort(), [...documents.keys()]);
    for (const [key, bytes] of documents) deepEqual(await readFile(join(path, key)), bytes);
    const { Volumes } = await host.context.docker.listVolumes();
    const own = Volumes.filter(({ Name }) => Name.startsWith(host.context.namePrefix));
    deepEqual(
      own.map(({ Name }) => Name),
      [`${host.context.namePrefix}admin_minio_data`],
    );
  });

  it("keeps folders and files for root alone, numbers backups, and refuses an id that is taken", async () => {
    const volume = await host.volume("admin_redis_data", "redis");
    await host.onVolume(volume, "echo content > /volume/file");
    const absent: GovernedVolume = { name: "absent", kind: "volume", data: "redis" };
    await createBackup(host.context, request("b", [volume, absent]), QUIET);
    await createBackup(host.context, request("a", [volume]), QUIET);
    await rejects(createBackup(host.context, request("a", [volume]), QUIET), /exists already/);
    const listed = await listBackups(host.context);
    deepEqual(
      listed.map(({ id, sequence, volumes }) => [id, sequence, volumes]),
      [
        ["b", 1, [volume.name]],
        ["a", 2, [volume.name]],
      ],
    );
    const folder = statePath.backup(host.context, "a");
    const { volumes } = await readManifest(folder);
    equal((await stat(folder)).mode & 0o777, 0o700);
    for (const name of ["manifest.json", "README.md", volumes[0]?.file ?? ""]) {
      equal((await stat(join(folder, name))).mode & 0o777, 0o600, name);
    }
  });

  it("leaves nothing behind when a volume cannot be read, and lets what it asked go on", async () => {
    const volume = await host.volume("admin_redis_data", "redis");
    const image = host.images.helper;
    const command = ["sleep", "600"];
    await host.start("not-redis", volume, { image, target: "/data", command });
    await rejects(createBackup(host.context, request("first", [volume]), QUIET));
    deepEqual(await listBackups(host.context), []);
    deepEqual(await readdir(statePath.backups(host.context)), []);
  });

  it("sweeps what a killed backup left, and never lists it", async () => {
    const part = statePath.backup(host.context, ".part-killed-999999999");
    await mkdir(join(part, "volumes"), { recursive: true });
    deepEqual(await listBackups(host.context), []);
    await createBackup(host.context, request("next", []), QUIET);
    deepEqual(await readdir(statePath.backups(host.context)), ["next"]);
  });

  it("finds one flipped byte, a missing archive, volume and backup", async () => {
    const volume = await host.volume("admin_redis_data", "redis");
    await host.onVolume(volume, "head -c 100000 /dev/urandom > /volume/file");
    await createBackup(host.context, request("first", [volume]), QUIET);
    deepEqual(await verifyArchives(host.context, "first", [volume.name]), []);
    const archive = join(
      statePath.backup(host.context, "first"),
      "volumes/admin_redis_data.tar.zst",
    );
    const bytes = await readFile(archive);
    bytes.writeUInt8(bytes.readUInt8(50_000) ^ 1, 50_000);
    await writeFile(archive, bytes);

    const found = await verifyArchives(host.context, "first", [volume.name, "other"]);
    const whats = found.map(({ what }) => what).join("\n");
    match(whats, /does not match its checksum/);
    match(whats, /does not hold the volume "other"/);
    const [missing] = await verifyArchives(host.context, "second", [volume.name]);
    match(missing?.what ?? "", /no such backup/);

    // Where nothing differs nothing of the archive would be read.
    await host.onVolume(volume, "echo written since > /volume/more");
    const source = from("first", volume.name);
    await rejects(
      bringVolume(host.context, volume, source, {}, QUIET),
      /does not match its checksum/,
    );
    equal(await host.onVolume(volume, "ls /volume"), "file\nmore\n");
  });
});
