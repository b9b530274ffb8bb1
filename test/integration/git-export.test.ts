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
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { composeRelease, exportRelease } from "../../host/git";
import { statePath } from "../../host/state-directory";
import { saveUntracked } from "../../host/untracked";
import type { Release } from "../../plan/wanted";
import { GitFixture, listFolder, PROTECTED } from "./git-fixture";

const DEADLINE_MS = 20_000;

async function waitUntil(condition: () => boolean): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  while (!condition()) {
    assert.ok(Date.now() < end, "the export did not begin in time");
    await pause(1);
  }
}

const UNTRACKED = [".env", "secrets/app/", "config/app"];

describe("exporting a release", () => {
  let fixture: GitFixture;

  beforeEach(() => {
    fixture = new GitFixture();
    fixture.write("backend/Dockerfile", "FROM scratch\n");
    fixture.write("backend/bin/run me.sh", "#!/bin/sh\n", 0o755);
    fixture.write("backend/src/größe.bin", Buffer.from([0, 13, 10, 255]));
    symlinkSync("../Dockerfile", join(fixture.repository, "backend/src/link"));
    fixture.write("config/app/production.yml", "x: 1\r\n");
    fixture.write("config/app/start", "#!/bin/sh\n", 0o755);
    fixture.commit("first");
    fixture.write(".env", "AUTH0_ISSUER=x\n", 0o600);
    fixture.write("secrets/app/deep/postgres password.txt", "secret", 0o640);
    fixture.write("config/app/local.yml", "y: 2\n", 0o600);
  });
  afterEach(() => {
    fixture.dispose();
  });

  async function release(save = true): Promise<Release> {
    const id = save ? await saveUntracked(fixture.context, UNTRACKED) : "";
    return composeRelease(fixture.context, {
      commit: "HEAD",
      overlays: [],
      untracked: id,
      contexts: { backend: "backend", again: "backend/" },
      mounts: ["config/app", "secrets/app", ".env"],
      protectedPaths: PROTECTED,
    });
  }

  function mountOf(composed: Release, path: string): string {
    const id = composed.mounts[path];
    assert.ok(id);
    return statePath.mount(fixture.context, id);
  }

  function contextOf(composed: Release): string {
    return statePath.buildContext(fixture.context, composed.contexts.backend ?? "");
  }

  it("gives build contexts as `git archive` gives them, permissions and links included", async () => {
    const composed = await release();
    await exportRelease(fixture.context, composed);
    const expected = mkdtempSync(join(fixture.root, "expected-"));
    const tar = execFileSync(
      "git",
      ["-c", "tar.umask=0022", "archive", "--format=tar", composed.contexts.backend ?? ""],
      { cwd: fixture.repository },
    );
    execFileSync("tar", ["-x", "-p", "-C", expected], { input: tar });
    assert.deepEqual(listFolder(contextOf(composed)), listFolder(expected));
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
    const composed = await release();
    await exportRelease(fixture.context, composed);
    const read = (name: string): string => readFileSync(join(contextOf(composed), name), "utf8");
    assert.equal(read("secret-test"), "kept\n");
    assert.equal(read("a.txt"), "line\n");
    assert.equal(read("v"), "$Format:%H$\n");
    assert.equal(read("b.up"), "lower\n");
  });

  it("makes files readable for containers whatever the umask is", async () => {
    const umask = process.umask(0o077);
    try {
      const composed = await release();
      await exportRelease(fixture.context, composed);
      const mode = (file: string): number => statSync(file).mode & 0o777;
      assert.equal(mode(join(contextOf(composed), "Dockerfile")), 0o644);
      assert.equal(mode(join(contextOf(composed), "bin/run me.sh")), 0o755);
      const mount = mountOf(composed, "config/app");
      assert.equal(mode(join(mount, "app")), 0o755);
      assert.equal(mode(join(mount, "app/production.yml")), 0o644);
      assert.equal(mode(join(mountOf(composed, "secrets/app"), "app/deep")), 0o755);
    } finally {
      process.umask(umask);
    }
  });

  it("writes nothing again that is complete, and keeps no unfinished folder", async () => {
    const composed = await release();
    await exportRelease(fixture.context, composed);
    const state = fixture.context.stateDirectory;
    const inodes = (): string[] =>
      [contextOf(composed), mountOf(composed, ".env")].map((path) => String(statSync(path).ino));
    const first = inodes();
    await exportRelease(fixture.context, composed);
    assert.deepEqual(inodes(), first);
    for (const folder of ["contexts", "mounts", "untracked"]) {
      assert.ok(readdirSync(join(state, folder)).every((name) => !name.startsWith(".")));
    }
  });

  it("clears away what a killed export left, and finishes", async () => {
    const composed = await release();
    const target = contextOf(composed);
    const abandoned = join(target, "..", `.part-${composed.contexts.backend ?? ""}-999999999-x`);
    mkdirSync(abandoned, { recursive: true });
    writeFileSync(join(abandoned, "half"), "");
    await exportRelease(fixture.context, composed);
    assert.ok(!existsSync(abandoned));
    assert.ok(existsSync(join(target, "Dockerfile")));
  });

  it("is complete or absent after kill -9, and the next run finishes it", async () => {
    for (let number = 0; number < 400; number += 1) {
      fixture.write(`backend/generated/${number}.bin`, randomBytes(20_000));
    }
    fixture.commit("much to export");
    const composed = await release();
    const target = contextOf(composed);
    const child = fork(join(__dirname, "git-export-child.ts"), {
      execArgv: ["--require", "tsx/cjs"],
      env: { ...process.env, TMPDIR: fixture.root },
    });
    child.send({ ...fixture.context, docker: undefined, release: composed });
    const folder = dirname(target);
    await waitUntil(() => existsSync(folder) && readdirSync(folder).some((n) => n.startsWith(".")));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    assert.ok(!existsSync(target));
    await exportRelease(fixture.context, composed);
    assert.equal(listFolder(target).length, fixture.paths(composed.contexts.backend ?? "").length);
    assert.deepEqual(readdirSync(folder), [composed.contexts.backend]);
  });

  it("works in a repository that names its objects by SHA-256", async () => {
    const other = new GitFixture("sha256");
    other.write("config/app/a.yml", "a\n");
    other.commit("one");
    other.write("config/app/b.yml", "b\n", 0o600);
    const untracked = await saveUntracked(other.context, ["config/app"]);
    const composed = await composeRelease(other.context, {
      commit: "HEAD",
      overlays: [],
      untracked,
      contexts: { config: "config" },
      mounts: ["config/app"],
      protectedPaths: PROTECTED,
    });
    await exportRelease(other.context, composed);
    const mount = statePath.mount(other.context, composed.mounts["config/app"] ?? "");
    assert.deepEqual(readdirSync(join(mount, "app")).sort(), ["a.yml", "b.yml"]);
    other.dispose();
  });

  it("leaves nothing under the final name when git fails", async () => {
    const composed = await release();
    const missing = "1".repeat(40);
    const broken = { ...composed, contexts: { backend: missing } };
    await assert.rejects(exportRelease(fixture.context, broken), /git: /);
    assert.deepEqual(readdirSync(join(fixture.context.stateDirectory, "contexts")), []);
  });
});
