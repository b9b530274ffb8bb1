import assert from "node:assert/strict";
import { execFileSync, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assembleCommit } from "./assemble-commit";
import { exportRelease } from "../../host/release/export-release";
import { statePath } from "../../host/state-directory";
import { saveUntracked } from "../../host/untracked/save-untracked";
import { ExportFixture } from "./git-export-fixture";
import { GitFixture, listFolder, PROTECTED } from "./git-fixture";

const DEADLINE_MS = 20_000;

async function waitUntil(condition: () => boolean): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  while (!condition()) {
    assert.ok(Date.now() < end, "the export did not begin in time");
    await pause(1);
  }
}

describe("exporting a release", () => {
  let fixture: ExportFixture;

  beforeEach(() => {
    fixture = new ExportFixture();
  });
  afterEach(() => {
    fixture.dispose();
  });

  it("gives build contexts as `git archive` gives them, permissions and links included", async () => {
    const assembled = await fixture.release();
    await exportRelease(fixture.context, assembled);
    const expected = mkdtempSync(join(fixture.root, "expected-"));
    const tar = execFileSync(
      "git",
      ["-c", "tar.umask=0022", "archive", "--format=tar", assembled.contexts.backend ?? ""],
      { cwd: fixture.repository },
    );
    execFileSync("tar", ["-x", "-p", "-C", expected], { input: tar });
    assert.deepEqual(listFolder(fixture.contextOf(assembled)), listFolder(expected));
    assert.ok(listFolder(expected).includes("src/link -> ../Dockerfile"));
  });

  it("leaves out and converts nothing that the repository's attributes ask for", async () => {
    fixture.write(
      "backend/.gitattributes",
      "secret-test export-ignore\n*.txt text eol=crlf\nv export-subst\n*.up filter=upper\n",
    );
    fixture.write("backend/secret-test", "kept\n");
    fixture.write("backend/a.txt", "line\n");
    fixture.write("backend/v", "$Format:%H$\n");
    fixture.write("backend/b.up", "lower\n");
    fixture.commit("attributes");
    fixture.git("config", "filter.upper.smudge", "tr a-z A-Z");
    fixture.git("config", "core.autocrlf", "true");
    const assembled = await fixture.release();
    await exportRelease(fixture.context, assembled);
    const read = (name: string): string =>
      readFileSync(join(fixture.contextOf(assembled), name), "utf8");
    assert.equal(read("secret-test"), "kept\n");
    assert.equal(read("a.txt"), "line\n");
    assert.equal(read("v"), "$Format:%H$\n");
    assert.equal(read("b.up"), "lower\n");
  });

  it("makes files readable for containers whatever the umask is", async () => {
    const umask = process.umask(0o077);
    try {
      const assembled = await fixture.release();
      await exportRelease(fixture.context, assembled);
      const mode = (file: string): number => statSync(file).mode & 0o777;
      assert.equal(mode(join(fixture.contextOf(assembled), "Dockerfile")), 0o644);
      assert.equal(mode(join(fixture.contextOf(assembled), "bin/run me.sh")), 0o755);
      const mount = fixture.mountOf(assembled, "config/app");
      assert.equal(mode(join(mount, "app")), 0o755);
      assert.equal(mode(join(mount, "app/production.yml")), 0o644);
      assert.equal(mode(join(fixture.mountOf(assembled, "secrets/app"), "app/deep")), 0o755);
    } finally {
      process.umask(umask);
    }
  });

  it("writes nothing again that is complete, and keeps no unfinished folder", async () => {
    const assembled = await fixture.release();
    await exportRelease(fixture.context, assembled);
    const state = fixture.context.stateDirectory;
    const inodes = (): string[] =>
      [fixture.contextOf(assembled), fixture.mountOf(assembled, ".env")].map((path) =>
        String(statSync(path).ino),
      );
    const first = inodes();
    await exportRelease(fixture.context, assembled);
    assert.deepEqual(inodes(), first);
    for (const folder of ["contexts", "mounts", "untracked"]) {
      assert.ok(readdirSync(join(state, folder)).every((name) => !name.startsWith(".")));
    }
  });

  it("clears away what a killed export left, and finishes", async () => {
    const assembled = await fixture.release();
    const target = fixture.contextOf(assembled);
    const abandoned = join(
      target,
      "..",
      `.part-${assembled.contexts.backend ?? ""}-999999999.Z29uZQ.1`,
    );
    mkdirSync(abandoned, { recursive: true });
    writeFileSync(join(abandoned, "half"), "");
    await exportRelease(fixture.context, assembled);
    assert.ok(!existsSync(abandoned));
    assert.ok(existsSync(join(target, "Dockerfile")));
  });

  it("is complete or absent after kill -9, and the next run finishes it", async () => {
    for (let number = 0; number < 400; number += 1) {
      fixture.write(`backend/generated/${number}.bin`, randomBytes(20_000));
    }
    fixture.commit("much to export");
    const assembled = await fixture.release();
    const target = fixture.contextOf(assembled);
    const child = fork(join(__dirname, "git-export-child.ts"), {
      execArgv: ["--require", "tsx/cjs"],
      env: { ...process.env, TMPDIR: fixture.root },
    });
    child.send({ ...fixture.context, docker: undefined, release: assembled });
    const folder = dirname(target);
    await waitUntil(() => existsSync(folder) && readdirSync(folder).some((n) => n.startsWith(".")));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    assert.ok(!existsSync(target));
    await exportRelease(fixture.context, assembled);
    assert.equal(listFolder(target).length, fixture.paths(assembled.contexts.backend ?? "").length);
    assert.deepEqual(readdirSync(folder), [assembled.contexts.backend]);
  });

  it("works in a repository that names its objects by SHA-256", async () => {
    const other = new GitFixture("sha256");
    other.write("config/app/a.yml", "a\n");
    other.commit("one");
    other.write("config/app/b.yml", "b\n", 0o600);
    const untracked = await saveUntracked(other.context, ["config/app"]);
    const assembled = await assembleCommit(other.context, {
      commit: "HEAD",
      untracked,
      contexts: ["config"],
      mounts: ["config/app"],
      protectedPaths: PROTECTED,
    });
    await exportRelease(other.context, assembled);
    const mount = statePath.mount(other.context, assembled.mounts["config/app"] ?? "");
    assert.deepEqual(readdirSync(join(mount, "app")).sort(), ["a.yml", "b.yml"]);
    other.dispose();
  });

  it("leaves nothing under the final name when git fails", async () => {
    const assembled = await fixture.release();
    const missing = "1".repeat(40);
    const broken = { ...assembled, contexts: { backend: missing } };
    await assert.rejects(exportRelease(fixture.context, broken), /git: /);
    assert.deepEqual(readdirSync(join(fixture.context.stateDirectory, "contexts")), []);
  });
});
