import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { topologyOfStack } from "../support/application";
import { withPrefix } from "../support/topology";
import { readEntries } from "../../backup/archives/entries-file";
import { type BackupRequest, createBackup } from "../../backup/create";
import { listBackups } from "../../backup/format/list";
import { readManifest } from "../../backup/format/manifest";
import { refuseTooLittleSpace } from "../../backup/reading/space";
import { readVerifications } from "../../backup/format/verifications";
import { verifyArchives } from "../../backup/format/verify";
import { readDataFacts } from "../../stores/data-facts";
import { executeOrFail } from "../../host/docker/exec";
import { volumeMount } from "../../host/docker/users";
import { statePath } from "../../host/state-directory";
import { describeVolume } from "./described";
import { bringVolume } from "../../backup/volumes/restore";
import type { GovernedVolume, Service } from "../../plan/application/topology";
import { ODD_FILES } from "./volumes-fixture";
import { answers, DataHost, query } from "./data-host";

function request(id: string, volumes: readonly GovernedVolume[]): BackupRequest {
  const topology = { project: "a-test", services: [], networks: [], externalNetworks: [], volumes };
  const side = { stack: "pre-simplification", afterChange: 1, commit: "c0ffee" } as const;
  return { id, kind: "preExecution", ...side, volumes, topology, untracked: "" };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
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

  it("reads a PostgreSQL that is being written to, and plain tar restores it as the README states", async () => {
    const volume = await host.volume("admin_postgres_data", "postgres");
    const inFolder = "PGDATA=/var/lib/postgresql/data/pgdata";
    const server = await host.startPostgres("admin-postgres", volume, inFolder);
    await query(server, "CREATE TABLE makes AS SELECT g AS id FROM generate_series(1,20000) g");
    const writing = { on: true };
    const writer = (async () => {
      while (writing.on) await query(server, "INSERT INTO makes SELECT max(id)+1 FROM makes");
    })();
    const services = topologyOfStack("pre-simplification").services.filter(
      ({ name }) => name === "admin-postgres",
    );
    const nothing = { project: "a-test", networks: [], externalNetworks: [], volumes: [] };
    const topology = { ...withPrefix({ ...nothing, services }, host.prefix), volumes: [volume] };
    await createBackup(host.context, { ...request("first", [volume]), topology });
    writing.on = false;
    await writer;
    equal(await query(server, "SELECT count(*) FROM pg_replication_slots"), "0");

    const fresh = await host.volume("fresh", "postgres");
    const folder = statePath.backup(host.context, "first");
    const readme = await readFile(join(folder, "README.md"), "utf8");
    const commands = /```sh\n(.*?)```/s.exec(readme)?.[1] ?? "exit 1";
    const shell = commands.replaceAll(volume.dockerName, "$0");
    const argv = ["-euc", shell, fresh.dockerName];
    execFileSync("sh", argv, { cwd: folder, stdio: "ignore" });
    const restored = await host.startPostgres("restored", fresh, inFolder);
    equal(await query(restored, "SELECT count(*) >= 20000 AND count(*) = max(id) FROM makes"), "t");
    const facts = await readDataFacts(statePath.backup(host.context, "first"));
    const least = facts?.databases[volume.name]?.rows["public.makes"] ?? 0;
    equal(least >= 20_000, true, `${least} rows at least`);
    equal(await query(restored, `SELECT count(*) >= ${least} FROM makes`), "t");
  });

  it("lists everything of a volume as it is found there, and its archive's checksum", async () => {
    const volume = await host.volume("admin_redis_data", "redis");
    await host.onVolume(volume, ODD_FILES);
    const made = await createBackup(host.context, request("first", [volume]));
    equal(made.verified, true);
    const folder = statePath.backup(host.context, "first");
    const { volumes } = await readManifest(folder);
    const held = volumes[0];
    ok(held);
    const listed = await all(readEntries(join(folder, held.entriesFile)));
    const mount = volumeMount(host.context, volume, { readOnly: true });
    deepEqual(listed, await all(describeVolume(host.context, mount)));
    equal(held.entries, listed.length);
    equal(held.files, listed.filter(({ type }) => type === "file").length);
    equal(
      held.contentBytes,
      listed.reduce((sum, { size }) => sum + size, 0),
    );
    const archive = await readFile(join(folder, held.file));
    equal(held.sha256, createHash("sha256").update(archive).digest("hex"));
    deepEqual(
      (await readVerifications(folder)).map(({ level, ok }) => [level, ok]),
      [["archive", true]],
    );
  });

  it("refuses where there is too little space, and says how much is needed and free", async () => {
    await mkdir(host.context.stateDirectory, { recursive: true });
    await rejects(
      refuseTooLittleSpace(host.context, 4e15),
      /too little space.*\n.*needed: about 2000000000000000 bytes.*free: \d+ bytes/,
    );
    await refuseTooLittleSpace(host.context, 4);
  });

  it("writes down containers without the values of their environment", async () => {
    const volume = await host.volume("admin_redis_data", "redis");
    const image = host.images.helper;
    const environment = ["API_TOKEN=do-not-keep-me"];
    const command = ["sleep", "600"];
    await host.start("admin-backend", volume, { image, target: "/data", command, environment });
    const service: Service = {
      name: "admin-backend",
      containerName: host.named("admin-backend"),
      role: null,
      port: 80,
      image: { kind: "registry", reference: image },
      definition: {},
      networks: [],
      hostMounts: [],
      memoryMounts: [],
      anonymousVolumes: [],
      mounts: [],
      volumes: [],
      ports: [],
      dependsOn: [],
      startsAfter: [],
      runsOnce: false,
      startPolicy: "ordinary",
      stopSeconds: 1,
    };
    const topology = {
      project: "a-test",
      services: [service],
      networks: [],
      externalNetworks: [],
      volumes: [],
    };
    await createBackup(host.context, { ...request("first", []), topology });
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
    await createBackup(host.context, request("first", [volume]));

    const fresh = host.governed("fresh", "redis");
    await bringVolume(host.context, fresh, from("first", volume.name), {});
    const restored = await host.start("restored", fresh, { ...settings, command });
    const get = () => executeOrFail(restored, ["redis-cli", "GET", "session"]);
    const answer = await answers(get, "the restored Redis");
    match(answer, /^kept$/m);
  });

  it("keeps folders and files for root alone, numbers backups, and refuses an id that is taken", async () => {
    const volume = await host.volume("admin_redis_data", "redis");
    await host.onVolume(volume, "echo content > /volume/file");
    const absent = host.governed("absent", "redis");
    await createBackup(host.context, request("b", [volume, absent]));
    await createBackup(host.context, request("a", [volume]));
    await rejects(createBackup(host.context, request("a", [volume])), /exists already/);
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
    await rejects(createBackup(host.context, request("first", [volume])));
    deepEqual(await listBackups(host.context), []);
    deepEqual(await readdir(statePath.backups(host.context)), []);
  });

  it("sweeps what a killed backup left, and never lists it", async () => {
    const part = statePath.backup(host.context, ".part-killed.999999999.Z29uZQ.1");
    await mkdir(join(part, "volumes"), { recursive: true });
    deepEqual(await listBackups(host.context), []);
    await createBackup(host.context, request("next", []));
    deepEqual(await readdir(statePath.backups(host.context)), ["next"]);
  });

  it("finds one flipped byte, a missing archive, volume and backup", async () => {
    const volume = await host.volume("admin_redis_data", "redis");
    await host.onVolume(volume, "head -c 100000 /dev/urandom > /volume/file");
    await createBackup(host.context, request("first", [volume]));
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
    await rejects(bringVolume(host.context, volume, source, {}), /does not match its checksum/);
    equal(await host.onVolume(volume, "ls /volume"), "file\nmore\n");
  });
});
