import { isOwnName } from "../../host/context";
import { deepEqual, equal, match } from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { readManifest, writeManifest } from "../../backup/format/manifest";
import { readVerifications } from "../../backup/format/verifications";
import type { VerifyLevel } from "../../backup/format/verify-level";
import { fileChecksum } from "../../backup/format/verify-archive";
import { verifyBackup } from "../../backup/verify-backup";
import { executeOrFail } from "../../host/docker/exec";
import { runHelper } from "../../host/docker/helper";
import { statePath } from "../../host/state-directory";
import type { GovernedVolume } from "../../plan/application/topology";
import { answers, DataHost, query } from "./data-host";
import { BUCKET, startMinio } from "./minio-server";
import { backUp, ODD_FILES } from "./volumes-fixture";

const TABLE = `CREATE TABLE numbers AS SELECT i, md5(i::text) AS hash FROM generate_series(1, 50000) AS i;
  CREATE INDEX by_hash ON numbers (hash)`;

/** Takes the archive apart, changes one byte of one file, and puts it together again. */
const TAMPER = `
mkdir /dev/shm/all; cd /dev/shm/all
zstd -dcq "/backup/$1" | tar --extract --acls --xattrs --xattrs-include='*' --ignore-zeros
printf X | dd of="$2" bs=1 seek=2 conv=notrunc status=none; touch -d @1000000000 "$2"
tar --create --sort=name --format=posix --acls --xattrs --xattrs-include='*' --sparse . | zstd -q > "/backup/$1.new"
mv "/backup/$1.new" "/backup/$1"
`;

describe("verifying a backup on real Docker", function () {
  this.timeout(240_000);
  let host: DataHost;
  const told: string[] = [];

  beforeEach(async () => {
    host = await DataHost.make();
  });
  afterEach(() => host.remove());

  async function verify(level: VerifyLevel): Promise<string[]> {
    told.length = 0;
    const report = (line: string): void => void told.push(line.replace(/, [\d.]+ s$/, ""));
    const { postgres: database, redis: cache, minio: objects } = host.images;
    const problems = await verifyBackup({ ...host.context, report }, "backup", level, {
      ...{ admin_postgres_data: database, admin_redis_data: cache, admin_minio_data: objects },
    });
    return problems.map(({ subject, what, advice }) => [subject, what, ...advice].join("\n"));
  }

  async function postgres(): Promise<GovernedVolume> {
    const volume = await host.volume("admin_postgres_data", "postgres");
    const container = await host.startPostgres("database", volume);
    for (const statement of TABLE.split(";")) await query(container, statement);
    await container.stop();
    return volume;
  }

  async function redis(): Promise<GovernedVolume> {
    const volume = await host.volume("admin_redis_data", "redis");
    const server = { image: host.images.redis, target: "/data" };
    const container = await host.start("redis", volume, server);
    await answers(
      () => executeOrFail(container, ["redis-cli", "MSET", "a", "1", "b", "2"]),
      "Redis",
    );
    await container.stop();
    return volume;
  }

  async function minio(): Promise<GovernedVolume> {
    const volume = await host.volume("admin_minio_data", "minio");
    const { container, client } = await startMinio(host, "minio", volume);
    for (const key of ["one", "folder/two", "large"]) {
      await client.putObject(BUCKET, key, Buffer.alloc(key === "large" ? 400_000 : 10, key));
    }
    await container.stop();
    return volume;
  }

  async function documents(): Promise<GovernedVolume> {
    const folder: GovernedVolume = { name: "data/documents", kind: "folder", data: "documents" };
    await mkdir(join(host.context.repository, folder.name), { recursive: true });
    await host.onVolume(folder, ODD_FILES);
    return folder;
  }

  it("finds nothing wrong with a good one at any level, and notes that", async () => {
    const volumes = await Promise.all([postgres(), redis(), minio(), documents()]);
    await backUp(host, "backup", ...volumes);
    deepEqual(await verify("archive"), []);
    equal(told.length, 4);
    deepEqual(await verify("files"), []);
    match(told[3] ?? "", /^verified data\/documents \(files\): 21 entries, 52428826 bytes$/);
    deepEqual(await verify("restore"), []);
    deepEqual(told, [
      "verified admin_postgres_data (restore): PostgreSQL: started, and everything was read (pg_amcheck)",
      "verified admin_redis_data (restore): Redis: 2 keys were loaded",
      "verified admin_minio_data (restore): MinIO: 3 objects in 1 buckets were read",
      "verified data/documents (restore): 11 files",
    ]);
    const noted = await readVerifications(statePath.backup(host.context, "backup"));
    deepEqual(
      noted.map(({ level, ok }) => [level, ok]),
      [
        ["archive", true],
        ["archive", true],
        ["files", true],
        ["restore", true],
      ],
    );
    deepEqual(await scratchVolumes(), []);
  });

  it("finds at level files what the archive's checksum does not show", async () => {
    const volume = await documents();
    await backUp(host, "backup", volume);
    const folder = statePath.backup(host.context, "backup");
    const manifest = await readManifest(folder);
    const [entry] = manifest.volumes;
    if (entry === undefined) throw new Error("no volume in the backup");
    await runHelper(host.context, {
      purpose: "test",
      script: TAMPER,
      arguments: [basename(entry.file), "with space/a b"],
      mounts: [
        { type: "bind", source: join(folder, "volumes"), target: "/backup", readOnly: false },
      ],
    });
    match((await verify("files"))[0] ?? "", /data__documents.tar.zst does not match its checksum/);
    const sha256 = await fileChecksum(join(folder, entry.file));
    await writeManifest(folder, { ...manifest, volumes: [{ ...entry, sha256 }] });
    deepEqual(await verify("archive"), []);
    const [problem = ""] = await verify("files");
    match(problem, /^backup "backup"\n.*does not hold what .*entries.jsonl.gz says\n/);
    match(problem, /"with space\/a b" differs: size, content, mtime/);
    match((await verify("restore"))[0] ?? "", /"data\/documents" is not what it should be/);
    const last = (await readVerifications(folder)).at(-1);
    equal(last?.ok, false);
    match(last.problems[0] ?? "", /was restored beside everything else, and that failed/);
  });

  it("finds at level restore that a database lost data before it was backed up", async () => {
    const volume = await postgres();
    await host.onVolume(
      volume,
      `cd /volume; index=$(find base -size +2000k -size -6000k -name '[0-9]*' | sort | tail -n 1)
       printf XXXX | dd of="$index" bs=1 seek=100000 conv=notrunc status=none`,
    );
    await backUp(host, "backup", volume);
    deepEqual(await verify("files"), []);
    const [problem = ""] = await verify("restore");
    match(problem, /page verification failed|invalid page/);
    deepEqual(await scratchVolumes(), []);
  });

  async function scratchVolumes(): Promise<string[]> {
    const { Volumes } = await host.context.docker.listVolumes();
    return Volumes.map(({ Name }) => Name).filter((name) => isOwnName(host.context, name));
  }
});
