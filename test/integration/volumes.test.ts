import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { statePath } from "../../host/state-directory";
import { existingVolumes } from "../../backup/volumes/existing";
import { bringVolume } from "../../backup/volumes/restore";
import type { DockerVolume, GovernedVolume } from "../../plan/application/topology";
import { DataHost } from "./data-host";
import { backUp, DISTURB, FINGERPRINT, ODD_FILES } from "./volumes-fixture";

const FROM_BACKUP = { kind: "backup", id: "backup" } as const;

describe("bringVolume on real Docker", function () {
  this.timeout(180_000);
  let host: DataHost;
  let volume: DockerVolume;

  beforeEach(async () => {
    host = await DataHost.make();
    volume = await host.volume("admin_redis_data", "redis");
  });
  afterEach(() => host.remove());

  it("brings every kind of entry back as it was, and removes what the backup does not have", async () => {
    await host.onVolume(volume, ODD_FILES);
    const before = await host.onVolume(volume, FINGERPRINT);
    await backUp(host, "backup", volume);
    await host.onVolume(volume, DISTURB);
    const brought = await bringVolume(host.context, volume, FROM_BACKUP, {});
    equal(await host.onVolume(volume, FINGERPRINT), before);
    const blocks = Number(await host.onVolume(volume, "stat --format=%b /volume/sparse"));
    equal(blocks < 1000, true, `${blocks} blocks`);
    match(String(brought.files), /^1[0-9]$/);
  });

  it("restores into a volume that is not there, a folder, and an empty archive", async () => {
    const folder: GovernedVolume = { name: "data/documents", kind: "folder", data: "documents" };
    const path = join(host.context.repository, folder.name);
    deepEqual(await existingVolumes(host.context, [volume, folder]), [volume]);
    await mkdir(path, { recursive: true });
    deepEqual(await existingVolumes(host.context, [volume, folder]), [volume, folder]);
    await host.onVolume(folder, "echo bytes > /volume/document");
    await backUp(host, "backup", volume, folder);
    await host.onVolume(folder, "echo new > /volume/other; rm /volume/document");
    const source = { ...FROM_BACKUP, volume: folder.name };
    const brought = await bringVolume(host.context, folder, source, {});
    deepEqual(brought, { files: 1, bytes: 6, different: 3 });
    equal(await readFile(join(path, "document"), "utf8"), "bytes\n");
    equal(await host.onVolume(folder, "ls /volume"), "document\n");

    await host.context.docker.getVolume(volume.dockerName).remove();
    const empty = await bringVolume(host.context, volume, FROM_BACKUP, {});
    deepEqual(empty, { files: 0, bytes: 0, different: 1 });
  });

  it("refuses a volume that a running container has, and leaves it as it is", async () => {
    await host.onVolume(volume, "echo old > /volume/file");
    await backUp(host, "backup", volume);
    await host.onVolume(volume, "echo new > /volume/file");
    const container = await host.start("user", volume, {
      image: host.images.helper,
      target: "/data",
      command: ["sleep", "600"],
    });
    const bring = () => bringVolume(host.context, volume, FROM_BACKUP, {});
    await rejects(bring, /cannot be overwritten while "it-[0-9a-f]+-user" \(running\) has it/);
    equal(await host.onVolume(volume, "cat /volume/file"), "new\n");
    await container.stop({ t: 0 });
    await bring();
    equal(await host.onVolume(volume, "cat /volume/file"), "old\n");
  });

  it("keeps what is to stay as it is, makes what is to be empty, and refuses what is not so", async () => {
    await host.onVolume(volume, "echo kept > /volume/file");
    const absent = host.governed("absent", volume.data);
    const [existing, empty] = [{ kind: "existing" }, { kind: "empty" }] as const;
    const nothing = { files: null, bytes: null };
    deepEqual(await bringVolume(host.context, volume, existing, {}), nothing);
    await rejects(bringVolume(host.context, absent, existing, {}), /not on this host/);
    deepEqual(await existingVolumes(host.context, [absent]), []);
    await rejects(bringVolume(host.context, volume, empty, {}), /has 1 entries/);
    deepEqual(await bringVolume(host.context, absent, empty, {}), { files: 0, bytes: 0 });
    deepEqual(await existingVolumes(host.context, [absent]), [absent]);
    equal(await host.onVolume(volume, "cat /volume/file"), "kept\n");
  });

  it("is restored by the command that the backup's README states", async () => {
    await host.onVolume(volume, ODD_FILES);
    const before = await host.onVolume(volume, FINGERPRINT);
    await backUp(host, "backup", volume);
    await host.onVolume(volume, "rm -rf /volume/plain; echo extra > /volume/extra");
    const folder = statePath.backup(host.context, "backup");
    const readme = await readFile(join(folder, "README.md"), "utf8");
    const commands = /```sh\n(.*?)```/s.exec(readme)?.[1] ?? "exit 1";
    const shell = spawn("sh", ["-euc", commands], { cwd: folder, stdio: "ignore" });
    equal(await exitCode(shell), 0);
    equal(await host.onVolume(volume, FINGERPRINT), before);
  });
});

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}
