import { deepEqual, equal } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { HELPER_LABEL } from "../../host/docker/helper";
import { waitFor } from "../../host/docker/wait";
import { bringVolume } from "../../backup/volumes/restore";
import type { DockerVolume, GovernedVolume } from "../../plan/application/topology";
import { DataHost } from "./data-host";
import { backUp, FINGERPRINT } from "./volumes-fixture";

const FROM_BACKUP = { kind: "backup", id: "backup" } as const;

/** What is in the volume when the restore is killed: `extra` goes first, `last` is written last. */
const MOMENTS: Readonly<Record<string, (names: readonly string[]) => boolean>> = {
  "before anything was written": (names) => names.includes("extra"),
  "when what is extra is gone": (names) => !names.includes("extra"),
  "in the middle of the files": (names) => names.includes("file-100") && !names.includes("last"),
  "when everything is there and compared": (names) => names.includes("last"),
};

describe("a restore that is killed", function () {
  this.timeout(180_000);
  let host: DataHost;
  let volume: DockerVolume;
  let original: string;
  let folder: string;

  before(async () => {
    host = await DataHost.make();
    volume = await host.volume("admin_redis_data", "redis");
    await host.onVolume(
      volume,
      "cd /volume; for i in $(seq 100 250); do head -c 1000000 /dev/urandom > file-$i; done; mkdir a; echo > last",
    );
    original = await host.onVolume(volume, FINGERPRINT);
    await backUp(host, "backup", volume);
    const name = volume.dockerName;
    folder = (await host.context.docker.getVolume(name).inspect()).Mountpoint;
  });
  after(() => host.remove());

  for (const [moment, reached] of Object.entries(MOMENTS)) {
    it(`${moment} leaves nothing at work, and the next one gives the exact result`, async () => {
      await host.onVolume(volume, "rm /volume/file-* /volume/last; echo extra > /volume/extra");
      const killed = bringElsewhere(host, volume);
      await waitFor(
        async () => {
          if ((await runningHelpers()).length === 0) return { done: false, state: "no helper" };
          const names = await readdir(folder);
          if (reached(names)) return { done: true, value: null };
          return { done: false, state: names.slice(-3).join(", ") };
        },
        { deadlineMs: 60_000, intervalMs: 5, message: `the restore to be killed ${moment}` },
      ).finally(() => killed.kill("SIGKILL"));
      await waitFor(
        async () => {
          const left = await runningHelpers();
          if (left.length === 0) return { done: true, value: null };
          return { done: false, state: left.join(", ") };
        },
        { deadlineMs: 30_000, message: "the helper to notice that nobody needs it any more" },
      );
      await bringVolume(host.context, volume, FROM_BACKUP, {});
      equal(await host.onVolume(volume, FINGERPRINT), original);
      deepEqual(await readdir(join(host.context.stateDirectory, "exchange")), []);
    });
  }

  async function runningHelpers(): Promise<string[]> {
    const name = volume.dockerName;
    const filters = { label: [`${HELPER_LABEL}=restore`], volume: [name] };
    const found = await host.context.docker.listContainers({ filters });
    return found.map(({ Id }) => Id);
  }
});

/** The same restore in a process of its own, which can be killed. */
function bringElsewhere(host: DataHost, volume: GovernedVolume): ChildProcess {
  const context = { ...host.context, docker: undefined };
  const script = `
    const Docker = require("dockerode");
    const { bringVolume } = require("./backup/volumes/restore");
    const [context, volume, source] = process.argv.slice(1).map((text) => JSON.parse(text));
    bringVolume({ ...context, docker: new Docker() }, volume, source, {}, () => undefined);
  `;
  const values = [context, volume, FROM_BACKUP].map((value) => JSON.stringify(value));
  const root = join(__dirname, "../..");
  const argv = ["--import", "tsx", "--input-type=commonjs", "-e", script, "--", ...values];
  return spawn(process.execPath, argv, { cwd: root, stdio: "inherit" });
}
