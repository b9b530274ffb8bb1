import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { readManifest } from "../../backup/format/manifest";
import { volumeMount } from "../../host/docker/users";
import { statePath } from "../../host/state-directory";
import { extractArchive } from "../../backup/volumes/extract";
import { pathOf } from "../../backup/volumes/written-paths";
import type { GovernedVolume } from "../../plan/application/topology";
import { DataHost, query } from "./data-host";
import { backUp, FINGERPRINT, ODD_FILES } from "./volumes-fixture";

/** Restores with every file read behind the writer, however small the volume is. */
async function restore(host: DataHost, to: GovernedVolume, id = "backup") {
  const folder = statePath.backup(host.context, id);
  const [archive] = (await readManifest(folder)).volumes;
  ok(archive);
  const mount = volumeMount(host.context, to, { readOnly: false });
  return extractArchive(host.context, folder, archive, mount, { readWhileWritten: 0 });
}

describe("a volume that is read while it is written", function () {
  this.timeout(180_000);
  let host: DataHost;
  let volume: GovernedVolume;
  let fresh: GovernedVolume;

  beforeEach(async () => {
    host = await DataHost.make();
    volume = await host.volume("admin_redis_data", "redis");
    fresh = await host.volume("fresh", "redis");
  });
  afterEach(() => host.remove());

  it("has every kind of entry as it was, whatever its name", async () => {
    await host.onVolume(volume, ODD_FILES);
    await backUp(host, "backup", volume);
    await restore(host, fresh);
    equal(await host.onVolume(fresh, FINGERPRINT), await host.onVolume(volume, FINGERPRINT));
    equal((await restore(host, fresh)).different, 0);
  });

  it("is refused when a file is not what the list of entries says", async () => {
    await host.onVolume(volume, "for i in $(seq 500); do echo $i > /volume/file-$i; done");
    await backUp(host, "backup", volume);
    const folder = statePath.backup(host.context, "backup");
    const [archive] = (await readManifest(folder)).volumes;
    const list = join(folder, archive?.entriesFile ?? "");
    const lines = gunzipSync(await readFile(list))
      .toString("latin1")
      .split("\n");
    const other = /"sha256":"([0-9a-f]{64})"/.exec(
      lines.find((line) => line.includes('file-9"')) ?? "",
    );
    const changed = lines.map((line) =>
      line.includes('file-77"')
        ? line.replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${other?.[1] ?? ""}"`)
        : line,
    );
    await writeFile(list, gzipSync(Buffer.from(changed.join("\n"), "latin1")));
    await rejects(restore(host, fresh), /"file-77" differs: content/);
  });

  it("is right where an archive of several passes replaces files while they are read", async () => {
    const database = await host.volume("admin_postgres_data", "postgres");
    const server = await host.startPostgres("admin-postgres", database);
    await query(server, "CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 200000) g");
    const writing = { on: true };
    const writer = (async () => {
      while (writing.on) await query(server, "UPDATE t SET id = id + 1 WHERE id % 97 = 0");
    })();
    await backUp(host, "online", database);
    writing.on = false;
    await writer;
    const restored = await host.volume("restored", "postgres");
    await restore(host, restored, "online");
    const again = await host.startPostgres("restored", restored);
    equal(await query(again, "SELECT count(*) FROM t"), "200000");
  });
});

describe("what tar tells while it extracts", () => {
  const names: readonly [string, string][] = [
    ["./base/1/2", "base/1/2"],
    ["./", "."],
    ["./folder/", "folder"],
    ["./new\\nline/x\\ty", "new\nline/x\ty"],
    ["./not-utf8-\\377", "not-utf8-\xff"],
    ["./back\\\\slash", "back\\slash"],
  ];
  for (const [line, path] of names) {
    it(`names ${JSON.stringify(path)}`, () => {
      deepEqual(pathOf(line), path);
    });
  }
});
