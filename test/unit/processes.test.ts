import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isAlive, parsePs, parseStat, thisProcess } from "../../host/processes";

const BOOT = "boot";
const rest = "S 41 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 98765 1 1";

describe("processes", () => {
  it("reads a name with spaces and parentheses, the parent and the start", () => {
    assert.deepEqual(parseStat(42, `42 (a) b (c) ${rest}\n`, BOOT), {
      pid: 42,
      name: "a) b (c",
      parent: 41,
      startTime: "boot-98765",
    });
  });

  it("counts a zombie as gone", () => {
    assert.equal(parseStat(42, `42 (pulumi) ${rest.replace("S", "Z")}`, BOOT), null);
  });

  it("reads a line of ps", () => {
    const line = "  501 S+   Mon Nov  2 04:05:06 2026     /opt/some folder/pulumi\n";
    assert.deepEqual(parsePs(42, line), {
      pid: 42,
      name: "pulumi",
      parent: 501,
      startTime: "Mon Nov 2 04:05:06 2026",
    });
    assert.equal(parsePs(42, ""), null);
  });

  it("reads what this machine's ps really prints", async () => {
    const columns = ["-o", "ppid=", "-o", "stat=", "-o", "lstart=", "-o", "comm="];
    const { stdout } = await promisify(execFile)("ps", [...columns, "-p", String(process.pid)], {
      env: { PATH: process.env.PATH, LC_ALL: "C" },
    });
    assert.equal(parsePs(process.pid, stdout)?.parent, process.ppid);
  });

  it("belongs to the nearest ancestor named pulumi, whatever stands between", async () => {
    const folder = await mkdtemp(join(tmpdir(), "processes "));
    try {
      await symlink("/bin/bash", join(folder, "pulumi"));
      const code =
        'require("./host/processes.ts").owningProcess().then(({ pid }) => console.log(pid))';
      // The command after the inner shell's keeps both shells from becoming what they run.
      const script = 'echo $$; bash -c \'"$0" -r tsx/cjs -e "$1"; true\' "$0" "$1"; true';
      const { stdout } = await promisify(execFile)(
        join(folder, "pulumi"),
        ["-c", script, process.execPath, code],
        { cwd: join(__dirname, "../..") },
      );
      const [pulumi, owner] = stdout.trim().split("\n");
      assert.equal(owner, pulumi);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("knows that a process lives until it has ended", async () => {
    const own = await thisProcess();
    assert.equal(await isAlive(own), true);
    assert.equal(await isAlive({ ...own, startTime: "another start" }), false);
    const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    assert.ok(child.pid !== undefined);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(await isAlive({ ...own, pid: child.pid }), false);
  });
});
