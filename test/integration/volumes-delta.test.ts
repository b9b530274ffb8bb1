import { deepEqual, equal, match, notEqual, rejects } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFile, cp, mkdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { readManifest } from "../../backup/format/manifest";
import { HELPER_LABEL } from "../../host/docker/helper";
import { volumeMount } from "../../host/docker/users";
import { statePath } from "../../host/state-directory";
import { describeArchive, describeVolume } from "./described";
import { bringVolume, type BringOptions, type Brought } from "../../backup/volumes/restore";
import type { Entry } from "../../backup/archives/entry";
import type { DockerVolume } from "../../plan/application/topology";
import { DataHost } from "./data-host";
import { backUp, DISTURB, FINGERPRINT, NEWEST_CHANGE, ODD_FILES } from "./volumes-fixture";

describe("restoring only what differs", function () {
  this.timeout(180_000);
  let host: DataHost;
  let volume: DockerVolume;

  beforeEach(async () => {
    host = await DataHost.make();
    volume = await host.volume("admin_redis_data", "redis");
  });
  afterEach(() => host.remove());

  function bring(options: BringOptions = {}, id = "backup"): Promise<Brought> {
    return bringVolume(host.context, volume, { kind: "backup", id }, options);
  }

  it("writes nothing at all where nothing differs", async () => {
    await host.onVolume(
      volume,
      `${ODD_FILES}
       for name in o 'o b' o.b "$(printf 'o\\001')" "$(printf 'o\\002')" "$(printf 'o\\002\\001')" "$(printf 'o\\nb')"; do
         mkdir "$name"; echo in > "$name/in"; ln -s '../o//b' "$name/link"; ln "$name/in" "$name/too"
       done`,
    );
    await backUp(host, "backup", volume);
    const newest = await host.onVolume(volume, NEWEST_CHANGE);
    const { different, files } = await bring();
    equal(different, 0);
    equal(files, 18);
    equal((await bring({ trustMtime: true })).different, 0);
    equal(await host.onVolume(volume, NEWEST_CHANGE), newest);
  });

  it("leaves files that are right as they are, hard links and all", async () => {
    await host.onVolume(
      volume,
      `${ODD_FILES}
       for i in $(seq 100 199); do head -c 20000 /dev/urandom > file-$i; done; ln file-150 file-150-too`,
    );
    const before = await host.onVolume(volume, FINGERPRINT);
    await backUp(host, "backup", volume);
    await host.onVolume(
      volume,
      `${DISTURB}
       echo changed > file-150; rm file-160; touch file-170`,
    );
    const inodes = "cd /volume; stat --format='%n %i %Z' file-1[0-4]? file-18?";
    const kept = await host.onVolume(volume, inodes);
    await bring();
    equal(await host.onVolume(volume, FINGERPRINT), before);
    equal(await host.onVolume(volume, inodes), kept);
  });

  it("writes everything where very much differs", async () => {
    const count = 20_100;
    await host.onVolume(volume, "head -c 9000000 /dev/urandom > /volume/one");
    await backUp(host, "one", volume);
    const second = await host.volume("second", "redis");
    const restore = (id: string) =>
      bringVolume(host.context, second, { kind: "backup", id, volume: volume.name }, {});
    await restore("one");
    await host.onVolume(second, "cd /volume; mkdir other; echo 1 > other/1");
    await host.onVolume(volume, `cd /volume; mkdir many; seq ${count} | split -l 1 -a 4 - many/`);
    await backUp(host, "backup", volume);
    equal((await restore("backup")).different, count + 4, "the root, many, its files, other and 1");
    const listing = "cd /volume; find . -printf '%P %s %T@\\n' | sort | sha256sum";
    equal(await host.onVolume(second, listing), await host.onVolume(volume, listing));
  });

  it("trusts size and time only when told to, and reads what it wrote all the same", async () => {
    await host.onVolume(volume, "cd /volume; mkdir a; echo one > a/b; echo two > 'a b'; ln a/b c");
    await backUp(host, "backup", volume);
    const alike = "cd /volume; echo 1st > a/b; touch -d @1000000000 a/b";
    await host.onVolume(volume, "touch -d @1000000000 /volume/a/b");
    await backUp(host, "alike", volume);
    await host.onVolume(volume, alike);
    equal((await bring({ trustMtime: true }, "alike")).different, 0);
    equal(await host.onVolume(volume, "cat /volume/c"), "1st\n");
    await host.onVolume(volume, "echo new > '/volume/a b'; echo > /volume/a/extra; rm /volume/c");
    const { different } = await bring({ trustMtime: true }, "alike");
    equal(different, 5, "the root, a, a/extra, 'a b' and c");
    equal(await host.onVolume(volume, "cd /volume; cat 'a b' c; ls a"), "two\n1st\nb\n");
    equal((await bring({}, "alike")).different, 1);
    equal(await host.onVolume(volume, "cat /volume/c"), "one\n");
  });

  it("refuses a volume that is too small, with what is needed and free, before it touches it", async () => {
    await host.onVolume(volume, "head -c 6000000 /dev/urandom > /volume/file");
    await backUp(host, "six", volume);
    await host.onVolume(volume, "head -c 6000000 /dev/urandom > /volume/more");
    await backUp(host, "twelve", volume);
    await replaceBySmall(8);
    await hold();
    await host.onVolume(volume, "echo kept > /volume/kept");
    const newest = await host.onVolume(volume, NEWEST_CHANGE);
    await rejects(bring({}, "twelve"), (error: Error) => {
      match(error.message, /"admin_redis_data": there is too little space for what it is to hold/);
      const [, needed, free] = /needed: (\d+) bytes, free: (\d+) bytes/.exec(error.message) ?? [];
      equal(Number(needed) > 11_900_000 && Number(needed) < 12_100_000, true, needed);
      equal(Number(free) > 8_000_000 && Number(free) < 8_400_000, true, free);
      return true;
    });
    equal(await host.onVolume(volume, NEWEST_CHANGE), newest);

    await host.onVolume(volume, "cd /volume; rm kept; head -c 6000000 /dev/zero > file");
    await bring({}, "six");
    equal(await host.onVolume(volume, "ls /volume"), "file\n");
  });

  it("refuses a backup of another application, and one that is not whole, before it touches anything", async () => {
    await host.onVolume(volume, "echo old > /volume/file");
    await backUp(host, "backup", volume);
    await host.onVolume(volume, "echo new > /volume/file");
    const newest = await host.onVolume(volume, NEWEST_CHANGE);
    const folder = statePath.backup(host.context, "backup");
    const { volumes } = await readManifest(folder);
    const archive = join(folder, volumes[0]?.file ?? "");
    const list = join(folder, volumes[0]?.entriesFile ?? "");

    const other = join(host.context.repository, "..", "other");
    await mkdir(other);
    const git = (...argv: string[]) => execFileSync("git", argv, { cwd: other });
    git("init", "--quiet");
    git(
      "-c",
      "user.name=T",
      "-c",
      "user.email=t@t",
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      "o",
    );
    const elsewhere = { ...host.context, repository: other };
    const source = { kind: "backup", id: "backup" } as const;
    const wrong = /backup "backup": it is a backup of another application/;
    await rejects(bringVolume(elsewhere, volume, source, {}), wrong);

    await appendFile(archive, "x");
    await rejects(bring(), /\.tar\.zst does not match its checksum/);
    await rm(archive);
    await rejects(bring(), /\.tar\.zst is missing/);
    await cp(list, archive);
    await truncate(list, 30);
    await rejects(bring(), /entries.jsonl.gz cannot be read/);
    await rm(list);
    await rejects(bring(), /entries.jsonl.gz is missing/);
    await rejects(bring({}, "unknown"), /there is no such backup/);
    equal(await host.onVolume(volume, NEWEST_CHANGE), newest);
  });

  it("describes a volume and its archive as the same list", async () => {
    await host.onVolume(volume, ODD_FILES);
    await backUp(host, "backup", volume);
    const mount = volumeMount(host.context, volume, { readOnly: true });
    const found = await all(describeVolume(host.context, mount));
    const folder = statePath.backup(host.context, "backup");
    const file = (await readManifest(folder)).volumes[0]?.file ?? "";
    deepEqual(found, await all(describeArchive(host.context, folder, file)));
    equal(found.length, 21);
    equal(found[0]?.path, ".");
    const broken = { ...mount, source: "/nowhere", type: "bind" } as const;
    await rejects(all(describeVolume(host.context, broken)));
    notEqual(
      found.find(({ path }) => path === "not-utf8-\xff"),
      undefined,
    );
  });

  /** A volume in memory, in place of the one that there is. */
  async function replaceBySmall(megabytes: number): Promise<void> {
    const name = volume.dockerName;
    await host.context.docker.getVolume(name).remove();
    const options = { type: "tmpfs", device: "tmpfs", o: `size=${megabytes}m` };
    await host.context.docker.createVolume({ Name: name, DriverOpts: options });
  }

  /** What is in memory is gone when nobody has it mounted. */
  async function hold(): Promise<void> {
    const { docker, helperImage } = host.context;
    const container = await docker.createContainer({
      name: host.named("holder"),
      Image: helperImage,
      Cmd: ["sleep", "600"],
      Labels: { [HELPER_LABEL]: "test" },
      HostConfig: { Binds: [`${volume.dockerName}:/held:ro`] },
    });
    await container.start();
  }
});

async function all(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const list: Entry[] = [];
  for await (const entry of entries) list.push(entry);
  return list;
}
