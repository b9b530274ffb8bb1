import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createBackup } from "../../host/backups/create";
import { statePath } from "../../host/state-directory";
import { existingVolumes } from "../../host/volumes/existing";
import { bringVolume } from "../../host/volumes/restore";
import { waitFor } from "../../host/docker/wait";
import type { GovernedVolume } from "../../plan/topology";
import { DataHost } from "./data-host";

const QUIET = (): void => undefined;
const FROM_BACKUP = { kind: "backup", id: "backup" } as const;

const ODD_FILES = `
cd /volume
echo plain > plain; ln plain hard-link; ln -s plain symlink; ln -s /nowhere dangling
mkdir -p empty/below "with space" "$(printf 'new\\nline')"
echo 1 > "with space/a b"; echo 2 > "$(printf 'new\\nline/x\\ty')"; printf 3 > "$(printf 'not-utf8-\\xff')"
echo 4 > -dash; echo 5 > '*'; echo 6 > .hidden
truncate -s 50M sparse; printf end >> sparse
mkfifo fifo
echo 7 > attributes; setfattr -n user.note -v "a value" attributes
echo 8 > acl; setfacl -m u:1234:rw acl; setfacl -d -m g:4321:rx empty
echo 9 > owned; chown 1001:1002 owned; chmod 4751 owned
mkdir closed; chmod 000 closed
touch -d '2001-02-03 04:05:06.789012345' plain
touch -d '2002-02-03 04:05:06.5' empty
chown 999:998 .; chmod 1750 .
`;

/** Everything that a restore has to bring back, one record per entry. */
const FINGERPRINT = `
cd /volume
find . -printf '%P|%y|%m|%U:%G|%T@|%l|%n\\n' | sort
find . -type f -print0 | sort -z | xargs -0 --no-run-if-empty sha256sum
getfattr --recursive --no-dereference --dump --match=- . | sort
getfacl --recursive --numeric . | sort
`;

describe("bringVolume on real Docker", function () {
  this.timeout(180_000);
  let host: DataHost;
  let volume: GovernedVolume;

  beforeEach(async () => {
    host = await DataHost.make();
    volume = await host.volume("admin_redis_data", "redis");
  });
  afterEach(() => host.remove());

  async function backUp(...volumes: GovernedVolume[]): Promise<void> {
    const topology = { services: [], networks: [], volumes };
    const side = { stack: "pre-simplification", afterChange: 1, commit: "c0ffee" } as const;
    const kind = "preExecution";
    const request = { id: "backup", kind, ...side, volumes, topology, untracked: "" } as const;
    await createBackup(host.context, request, QUIET);
  }

  it("brings every kind of entry back as it was, and removes what the backup does not have", async () => {
    await host.onVolume(volume, ODD_FILES);
    const before = await host.onVolume(volume, FINGERPRINT);
    await backUp(volume);
    await host.onVolume(
      volume,
      `cd /volume; chmod 700 closed; rm -rf symlink "with space" empty; echo other > plain
       mkdir extra; echo extra > extra/file; chown 0:0 .; chmod 777 .; setfattr -x user.note attributes`,
    );
    const brought = await bringVolume(host.context, volume, FROM_BACKUP, {}, QUIET);
    equal(await host.onVolume(volume, FINGERPRINT), before);
    const blocks = Number(await host.onVolume(volume, "stat --format=%b /volume/sparse"));
    equal(blocks < 1000, true, `${blocks} blocks`);
    match(String(brought.files), /^1[0-9]$/);
  });

  it("restores into a volume that is not there, a folder, and an empty archive", async () => {
    const folder: GovernedVolume = { name: "data/documents", kind: "folder", data: "documents" };
    const path = join(host.context.repository, folder.name);
    deepEqual(await existingVolumes(host.context, [volume, folder]), [volume.name]);
    await mkdir(path, { recursive: true });
    deepEqual(await existingVolumes(host.context, [volume, folder]), [volume.name, folder.name]);
    await host.onVolume(folder, "echo bytes > /volume/document");
    await backUp(volume, folder);
    await host.onVolume(folder, "echo new > /volume/other; rm /volume/document");
    const source = { ...FROM_BACKUP, volume: folder.name };
    const brought = await bringVolume(host.context, folder, source, {}, QUIET);
    deepEqual(brought, { files: 1, bytes: 6 });
    equal(await readFile(join(path, "document"), "utf8"), "bytes\n");
    equal(await host.onVolume(folder, "ls /volume"), "document\n");

    await host.context.docker.getVolume(`${host.context.namePrefix}${volume.name}`).remove();
    const empty = await bringVolume(host.context, volume, FROM_BACKUP, {}, QUIET);
    deepEqual(empty, { files: 0, bytes: 0 });
  });

  it("refuses a volume that a running container has, and leaves it as it is", async () => {
    await host.onVolume(volume, "echo old > /volume/file");
    await backUp(volume);
    await host.onVolume(volume, "echo new > /volume/file");
    const container = await host.start("user", volume, {
      image: host.images.helper,
      target: "/data",
      command: ["sleep", "600"],
    });
    const bring = () => bringVolume(host.context, volume, FROM_BACKUP, {}, QUIET);
    await rejects(bring, /cannot be overwritten while "it-[0-9a-f]+-user" \(running\) has it/);
    equal(await host.onVolume(volume, "cat /volume/file"), "new\n");
    await container.stop({ t: 0 });
    await bring();
    equal(await host.onVolume(volume, "cat /volume/file"), "old\n");
  });

  it("gives the exact result after it was killed in the middle", async () => {
    await host.onVolume(
      volume,
      "cd /volume; for i in $(seq 150); do head -c 1000000 /dev/urandom > file-$i; done; mkdir a",
    );
    const before = await host.onVolume(volume, FINGERPRINT);
    await backUp(volume);
    await host.onVolume(volume, "rm /volume/file-1*; echo extra > /volume/extra");
    const killed = bringElsewhere(host, volume);
    const inTheMiddle = waitFor(
      async () => {
        const names = await host.namesIn(volume);
        const begun = !names.includes("extra") && names.includes("file-");
        return begun ? { done: true, value: null } : { done: false, state: names.slice(0, 40) };
      },
      { deadlineMs: 60_000, intervalMs: 10, message: "the restore to be in the middle" },
    );
    await inTheMiddle.finally(() => killed.kill("SIGKILL"));
    await bringVolume(host.context, volume, FROM_BACKUP, {}, QUIET);
    equal(await host.onVolume(volume, FINGERPRINT), before);
    const helpers = await host.context.docker.listContainers({
      filters: {
        label: ["motovaultpro.helper"],
        volume: [`${host.context.namePrefix}${volume.name}`],
      },
    });
    deepEqual(helpers, []);
  });

  it("keeps what is to stay as it is, makes what is to be empty, and refuses what is not so", async () => {
    await host.onVolume(volume, "echo kept > /volume/file");
    const absent: GovernedVolume = { ...volume, name: "absent" };
    const [asLeft, empty] = [{ kind: "asLeft" }, { kind: "empty" }] as const;
    const nothing = { files: null, bytes: null };
    deepEqual(await bringVolume(host.context, volume, asLeft, {}, QUIET), nothing);
    await rejects(bringVolume(host.context, absent, asLeft, {}, QUIET), /not on this host/);
    deepEqual(await existingVolumes(host.context, [absent]), []);
    await rejects(bringVolume(host.context, volume, empty, {}, QUIET), /has 1 entries/);
    deepEqual(await bringVolume(host.context, absent, empty, {}, QUIET), { files: 0, bytes: 0 });
    deepEqual(await existingVolumes(host.context, [absent]), ["absent"]);
    equal(await host.onVolume(volume, "cat /volume/file"), "kept\n");
  });

  it("is restored by the command that the backup's README states", async () => {
    await host.onVolume(volume, ODD_FILES);
    const before = await host.onVolume(volume, FINGERPRINT);
    await backUp(volume);
    await host.onVolume(volume, "rm -rf /volume/plain; echo extra > /volume/extra");
    const folder = statePath.backup(host.context, "backup");
    const readme = await readFile(join(folder, "README.md"), "utf8");
    const commands = /```sh\n(.*?)```/s.exec(readme)?.[1] ?? "exit 1";
    const shell = spawn("sh", ["-euc", commands], { cwd: folder, stdio: "ignore" });
    equal(await exitCode(shell), 0);
    equal(await host.onVolume(volume, FINGERPRINT), before);
  });
});

/** The same restore in a process of its own, which can be killed. */
function bringElsewhere(host: DataHost, volume: GovernedVolume): ChildProcess {
  const context = { ...host.context, docker: undefined };
  const script = `
    const Docker = require("dockerode");
    const { bringVolume } = require("./host/volumes/restore");
    const [context, volume, source] = process.argv.slice(1).map((text) => JSON.parse(text));
    bringVolume({ ...context, docker: new Docker() }, volume, source, {}, () => undefined);
  `;
  const values = [context, volume, FROM_BACKUP].map((value) => JSON.stringify(value));
  const root = join(__dirname, "../..");
  const argv = ["--import", "tsx", "--input-type=commonjs", "-e", script, "--", ...values];
  return spawn(process.execPath, argv, { cwd: root, stdio: "inherit" });
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}
