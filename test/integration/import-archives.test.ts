import { deepEqual, equal, match, notEqual, rejects } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { importArchives } from "../../backup/import-archives";
import { listBackups } from "../../backup/format/list";
import { readManifest } from "../../backup/format/manifest";
import { verifyBackup } from "../../backup/verify-backup";
import { runHelper } from "../../host/docker/helper";
import { volumeMount } from "../../host/docker/users";
import { statePath } from "../../host/state-directory";
import { bringVolume } from "../../backup/volumes/restore";
import type { GovernedVolume } from "../../plan/application/topology";
import { DataHost, query } from "./data-host";
import { FINGERPRINT } from "./volumes-fixture";

/** The document's step 3, with GNU tar: Alpine's writes the same names, without "./". */
const DOCUMENT = `tar czf "/backup/$1" --format="$2" -C / "$3"`;

describe("importing the document's own backups", function () {
  this.timeout(180_000);
  let host: DataHost;
  let folder: string;

  before(async () => {
    host = await DataHost.make();
    tag("pre-simplification-20250102");
  });
  after(() => host.remove());
  beforeEach(async () => {
    folder = join(host.context.repository, "..", `documents ${Date.now()}`);
    await mkdir(folder);
  });

  function tag(name: string): void {
    execFileSync("git", ["tag", name], { cwd: host.context.repository });
  }

  async function documentBackup(
    volume: GovernedVolume,
    file: string,
    options: { readonly format?: string; readonly root?: string } = {},
  ): Promise<void> {
    await runHelper(host.context, {
      purpose: "test",
      script: DOCUMENT,
      arguments: [file, options.format ?? "gnu", options.root ?? "data"],
      mounts: [
        volumeMount(host.context, volume, { readOnly: true, target: "/data" }),
        { type: "bind", source: folder, target: "/backup", readOnly: false },
      ],
    });
  }

  it("makes backups of all of them that restore what the document's volumes held", async () => {
    const postgres = await host.volume("admin_postgres_data", "postgres");
    const redis = await host.volume("admin_redis_data", "redis");
    const platform = await host.volume("mvp_platform_vehicles_db_data", "postgres");
    const container = await host.startPostgres("database", postgres);
    await query(container, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number");
    await container.stop();
    await host.onVolume(
      redis,
      `cd /volume; echo REDIS > dump.rdb; chown -R 999:1000 .; chmod 750 .; mkdir "a b"
       ln -s dump.rdb link; find . -exec touch -h -d '2001-02-03 04:05:06' {} +`,
    );
    await host.onVolume(platform, "echo 15 > /volume/PG_VERSION; chmod 700 /volume");
    await documentBackup(postgres, "postgres-backup-20250102.tar.gz");
    await documentBackup(redis, "redis-backup-20250102.tar.gz", { root: "./data" });
    await documentBackup(platform, "platform-db-backup-20250102.tar.gz", { format: "ustar" });
    await writeFile(join(folder, "container-state-20250102.txt"), "14 containers\n");
    await writeFile(join(folder, "notes.txt"), "of no interest\n");
    const before = await host.onVolume(redis, FINGERPRINT);

    const { id, volumes } = await importArchives(host.context, folder);
    equal(id, "imported-20250102");
    deepEqual(volumes, [
      "mvp_platform_vehicles_db_data",
      "admin_postgres_data",
      "admin_redis_data",
    ]);
    const manifest = await readManifest(statePath.backup(host.context, id));
    equal(manifest.kind, "imported");
    equal(manifest.stack, "pre-simplification");
    equal(manifest.madeAt, "2025-01-02T00:00:00.000Z");
    match(manifest.volumes[0]?.how ?? "", /file copy .* imported from platform-db-backup-20250102/);
    deepEqual(manifest.stateFiles, ["state/container-state-20250102.txt"]);
    deepEqual(
      (await listBackups(host.context)).map(({ verified }) => verified),
      [true],
    );

    await host.onVolume(redis, "rm -rf /volume/*; chmod 777 /volume; chown 0:0 /volume");
    await bringVolume(host.context, redis, { kind: "backup", id }, {});
    equal(await host.onVolume(redis, FINGERPRINT), before);
    await container.remove();
    await host.context.docker.getVolume(host.named("admin_postgres_data")).remove();
    await bringVolume(host.context, postgres, { kind: "backup", id }, {});
    const again = await host.startPostgres("database-again", postgres);
    equal(await query(again, "SELECT count(*) FROM kept"), "1000");
    await again.remove({ force: true });

    const [problem] = await verifyBackup(host.context, id, "files", {});
    equal(problem, undefined);
    const { Volumes } = await host.context.docker.listVolumes();
    deepEqual(
      Volumes.filter(({ Name }) => Name.includes("scratch")).map(({ Name }) => Name),
      [],
    );
  });

  it("tells everything that is wrong with the files at once, and makes nothing", async () => {
    const known = await readdir(statePath.backups(host.context)).catch(() => []);
    const importing = () => importArchives(host.context, folder);
    await rejects(importing, /1 problem.*there is no backup of the document in it/s);
    const volume = await host.volume("other", "redis");
    await host.onVolume(volume, "head -c 100000 /dev/urandom > /volume/file");
    await documentBackup(volume, "postgres-backup-20250102.tar.gz");
    await documentBackup(volume, "minio-backup-20250103.tar.gz");
    await documentBackup(volume, "redis-backup-20250102.tar.gz", { root: "etc" });
    await truncate(join(folder, "postgres-backup-20250102.tar.gz"), 50_000);
    await rejects(importing, (error: Error) => {
      match(error.message, /3 problems/);
      match(error.message, /its files are of 2 dates: 20250103, 20250102/);
      match(
        error.message,
        /"postgres-backup-20250102.tar.gz": it is damaged\n.*: unexpected end of file/,
      );
      match(error.message, /"redis-backup-20250102.tar.gz": it holds something else than data\//);
      return true;
    });
    deepEqual(await readdir(statePath.backups(host.context)).catch(() => []), known);
  });

  it("asks which state of the code belongs to it, where no tag says so", async () => {
    tag("pre-simplification-20240101");
    const volume = await host.volume("another", "redis");
    await host.onVolume(volume, "echo > /volume/file");
    await documentBackup(volume, "redis-backup-20250202.tar.gz");
    const wanted = /tag "pre-simplification-20250202": is not in the repository.*tags found: pre/s;
    await rejects(importArchives(host.context, folder), wanted);
  });

  it("leaves the files as they are, and may be done again", async () => {
    const volume = await host.volume("third", "redis");
    await host.onVolume(volume, "echo > /volume/file");
    const file = "redis-backup-20250102.tar.gz";
    await documentBackup(volume, file);
    const bytes = await readFile(join(folder, file));
    const first = await importArchives(host.context, folder);
    const second = await importArchives(host.context, folder);
    match(second.id, /^imported-20250102-\d$/);
    notEqual(second.id, first.id);
    deepEqual(await readFile(join(folder, file)), bytes);
    deepEqual(await readdir(folder), [file]);
  });
});
