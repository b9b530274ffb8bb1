import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { composeRelease, exportRelease } from "../../host/git";
import { statePath } from "../../host/state-directory";
import { saveUntracked } from "../../host/untracked";
import type { Release } from "../../plan/wanted";
import { GitFixture, listFolder, PROTECTED } from "./git-fixture";

const UNTRACKED = [".env", "secrets/app/", "config/app"];

describe("exporting what containers mount", () => {
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

  it("puts tracked and untracked files into the mounts, with their permissions", async () => {
    const composed = await release();
    await exportRelease(fixture.context, composed);
    const names = (path: string): string[] =>
      listFolder(mountOf(composed, path)).map((line) => line.replace(/ [0-9a-f]{64}$/, ""));
    assert.deepEqual(names("config/app"), [
      "app/local.yml 600",
      "app/production.yml 644",
      "app/start 755",
    ]);
    assert.deepEqual(names("secrets/app"), ["app/deep/postgres password.txt 640"]);
    assert.deepEqual(names(".env"), [".env 600"]);
    const bytes = readFileSync(join(mountOf(composed, "config/app"), "app/production.yml"), "utf8");
    assert.equal(bytes, "x: 1\r\n");
  });

  it("mounts a single tracked file, and lets git's content count where git tracks the path", async () => {
    const id = await saveUntracked(fixture.context, UNTRACKED);
    fixture.write(".env", "tracked\n", 0o755);
    fixture.git("add", "--force", ".env");
    fixture.git("commit", "--quiet", "-m", "track it");
    const composed = await composeRelease(fixture.context, {
      commit: "HEAD",
      overlays: [],
      untracked: id,
      contexts: {},
      mounts: [".env"],
      protectedPaths: [],
    });
    await exportRelease(fixture.context, composed);
    const file = join(mountOf(composed, ".env"), ".env");
    assert.equal(readFileSync(file, "utf8"), "tracked\n");
    assert.equal(statSync(file).mode & 0o777, 0o755);
  });

  it("refuses a saved secret that is no longer the one that was saved", async () => {
    const composed = await release();
    const [set] = readdirSync(join(fixture.context.stateDirectory, "untracked"));
    const saved = join(fixture.context.stateDirectory, "untracked", set ?? "", "files/.env");
    chmodSync(saved, 0o600);
    writeFileSync(saved, "AUTH0_ISSUER=y\n");
    await assert.rejects(exportRelease(fixture.context, composed), /differs from the release/);
    assert.ok(!existsSync(mountOf(composed, ".env")));
  });

  it("uses the copy of a backup when the saved set itself is gone", async () => {
    const composed = await release();
    const state = fixture.context.stateDirectory;
    const [set] = readdirSync(join(state, "untracked"));
    mkdirSync(join(state, "backups/one"), { recursive: true });
    const copy = join(state, "backups/one/untracked");
    execFileSync("cp", ["-a", join(state, "untracked", set ?? ""), copy]);
    rmSync(join(state, "untracked"), { recursive: true });
    await exportRelease(fixture.context, composed);
    assert.equal(readFileSync(join(mountOf(composed, ".env"), ".env"), "utf8"), "AUTH0_ISSUER=x\n");
  });

  it("refuses mounted links that lead out of the repository", async () => {
    symlinkSync("/etc/passwd", join(fixture.repository, "config/app/users"));
    await assert.rejects(release(), /link "config\/app\/users": leads out of the repository/);
    rmSync(join(fixture.repository, "config/app/users"));
    symlinkSync("../../../elsewhere", join(fixture.repository, "config/app/tracked"));
    fixture.git("add", "config/app/tracked");
    fixture.git("commit", "--quiet", "-m", "a link");
    await assert.rejects(release(), /link "config\/app\/tracked": leads out of the repository/);
  });
});
