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
import { assembleCommit } from "./assemble-commit";
import { exportRelease } from "../../host/release/export-release";
import { saveUntracked } from "../../host/untracked/save-untracked";
import { ExportFixture, UNTRACKED } from "./git-export-fixture";
import { listFolder } from "./git-fixture";

describe("exporting what containers mount", () => {
  let fixture: ExportFixture;

  beforeEach(() => {
    fixture = new ExportFixture();
  });
  afterEach(() => {
    fixture.dispose();
  });

  it("puts tracked and untracked files into the mounts, with their permissions", async () => {
    const assembled = await fixture.release();
    await exportRelease(fixture.context, assembled);
    const names = (path: string): string[] =>
      listFolder(fixture.mountOf(assembled, path)).map((line) =>
        line.replace(/ [0-9a-f]{64}$/, ""),
      );
    assert.deepEqual(names("config/app"), [
      "app/local.yml 600",
      "app/production.yml 644",
      "app/start 755",
    ]);
    assert.deepEqual(names("secrets/app"), ["app/deep/postgres password.txt 640"]);
    assert.deepEqual(names(".env"), [".env 600"]);
    const bytes = readFileSync(
      join(fixture.mountOf(assembled, "config/app"), "app/production.yml"),
      "utf8",
    );
    assert.equal(bytes, "x: 1\r\n");
  });

  it("mounts a single tracked file, and lets git's content count where git tracks the path", async () => {
    const id = await saveUntracked(fixture.context, UNTRACKED);
    fixture.write(".env", "tracked\n", 0o755);
    fixture.git("add", "--force", ".env");
    fixture.git("commit", "--quiet", "-m", "track it");
    const assembled = await assembleCommit(fixture.context, {
      commit: "HEAD",
      untracked: id,
      contexts: [],
      mounts: [".env"],
      protectedPaths: [],
    });
    await exportRelease(fixture.context, assembled);
    const file = join(fixture.mountOf(assembled, ".env"), ".env");
    assert.equal(readFileSync(file, "utf8"), "tracked\n");
    assert.equal(statSync(file).mode & 0o777, 0o755);
  });

  it("refuses a saved secret that is no longer the one that was saved", async () => {
    const assembled = await fixture.release();
    const [set] = readdirSync(join(fixture.context.stateDirectory, "untracked"));
    const saved = join(fixture.context.stateDirectory, "untracked", set ?? "", "files/.env");
    chmodSync(saved, 0o600);
    writeFileSync(saved, "AUTH0_ISSUER=y\n");
    await assert.rejects(exportRelease(fixture.context, assembled), /differs from the release/);
    assert.ok(!existsSync(fixture.mountOf(assembled, ".env")));
  });

  it("uses the copy of a backup when the saved set itself is gone", async () => {
    const assembled = await fixture.release();
    const state = fixture.context.stateDirectory;
    const [set] = readdirSync(join(state, "untracked"));
    mkdirSync(join(state, "backups/one"), { recursive: true });
    const copy = join(state, "backups/one/untracked");
    execFileSync("cp", ["-a", join(state, "untracked", set ?? ""), copy]);
    rmSync(join(state, "untracked"), { recursive: true });
    await exportRelease(fixture.context, assembled);
    assert.equal(
      readFileSync(join(fixture.mountOf(assembled, ".env"), ".env"), "utf8"),
      "AUTH0_ISSUER=x\n",
    );
  });

  it("refuses mounted links that lead out of the repository", async () => {
    symlinkSync("/etc/passwd", join(fixture.repository, "config/app/users"));
    await assert.rejects(
      fixture.release(),
      /link "config\/app\/users": leads out of the repository/,
    );
    rmSync(join(fixture.repository, "config/app/users"));
    symlinkSync("../../../elsewhere", join(fixture.repository, "config/app/tracked"));
    fixture.git("add", "config/app/tracked");
    fixture.git("commit", "--quiet", "-m", "a link");
    await assert.rejects(
      fixture.release(),
      /link "config\/app\/tracked": leads out of the repository/,
    );
  });
});
