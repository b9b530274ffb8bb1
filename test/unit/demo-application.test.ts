import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleGit } from "simple-git";
import { generateApplication } from "../../demo/application/generate";
import type { GeneratedApplication } from "../../demo/application/generate";

/** The git paths of the document's phases, written out again on purpose: `.env` is the one that git does not hold. */
const phasePaths: Readonly<Record<number, readonly string[]>> = {
  1: ["docker-compose.yml"],
  2: [
    "backend/src/core/middleware/tenant.ts",
    "backend/src/core/config/tenant.ts",
    "backend/src/features/tenant-management/",
    "backend/src/app.ts",
    "backend/src/core/plugins/auth.plugin.ts",
  ],
  3: ["backend/src/core/storage/", "backend/src/features/documents/", "docker-compose.yml"],
  4: ["config/app/production.yml", ".env.development", "secrets/app/", "secrets/platform/"],
  5: ["docker-compose.yml"],
  6: ["backend/src/core/config/config-loader.ts", "backend/src/features/vehicles/external/"],
  7: ["backend/src/_system/migrations/", "docker-compose.yml"],
  8: ["mvp-platform-services/vehicles/", "docker-compose.yml"],
  9: [
    "README.md",
    "CLAUDE.md",
    "AI-INDEX.md",
    "docs/",
    ".ai/context.json",
    "Makefile",
    "backend/src/features/vehicles/README.md",
    "backend/src/features/documents/README.md",
    "backend/src/features/sessions/README.md",
    "backend/src/features/tenant-management/README.md",
  ],
  10: ["frontend/src/"],
};

/** Paths of no phase: only the full rollback brings them back. */
const otherPaths = [
  "backend/Dockerfile",
  "backend/src/index.ts",
  "frontend/package.json",
  "frontend/nginx.conf",
  "mvp-platform-services/landing/",
  "mvp-platform-services/tenants/",
  "config/traefik/",
  "scripts/tenant-report.sh",
];

describe("the demo application", () => {
  let folder: string;
  let application: GeneratedApplication;

  const git = async (...args: string[]): Promise<string> =>
    (await simpleGit(application.folder).raw(args)).trim();
  const changedBetween = async (from: string, to: string, path: string): Promise<string> =>
    git("diff", "--name-only", from, to, "--", path);

  before(async function () {
    this.timeout(30_000);
    folder = await mkdtemp(join(tmpdir(), "demo-application-"));
    application = await generateApplication({ folder: join(folder, "first") });
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("has every path of every phase at the tag, and each differs on main", async () => {
    for (const [phase, paths] of Object.entries(phasePaths)) {
      for (const path of paths) {
        const before = await git("ls-tree", "-r", "--name-only", application.tag, "--", path);
        assert.notEqual(before, "", `phase ${phase}: ${path} exists at the tag`);
        const changed = await changedBetween(application.tag, "main", path);
        assert.notEqual(changed, "", `phase ${phase}: ${path} differs`);
      }
    }
  });

  it("changes each phase's paths in that phase's commit", async () => {
    for (const { phase, id } of application.commits) {
      for (const path of phase === null ? [] : (phasePaths[phase] ?? [])) {
        // The README of a deleted feature goes with its code, in phase 2.
        if (phase !== 9 || !path.includes("tenant-management")) {
          assert.notEqual(
            await changedBetween(`${id}~1`, id, path),
            "",
            `${String(phase)}: ${path}`,
          );
        }
      }
    }
  });

  it("changes files that belong to no phase", async () => {
    for (const path of otherPaths) {
      assert.notEqual(await changedBetween(application.tag, "main", path), "", path);
    }
  });

  it("keeps the protected paths and the databases' passwords as they are", async () => {
    for (const path of [
      "docs/redesign/ROLLBACK-LOG.md",
      "docs/redesign/incidents/",
      "secrets/platform/platform-db-password.txt",
      "secrets/platform/vehicles-db-password.txt",
    ]) {
      assert.notEqual(await git("ls-tree", "-r", "--name-only", "main", "--", path), "", path);
      assert.equal(await changedBetween(application.tag, "main", path), "", path);
    }
  });

  it("has one annotated tag before phase 1 and one commit per phase 1 to 10", async () => {
    assert.match(application.tag, /^pre-simplification-\d{8}$/);
    assert.equal(await git("tag", "--list"), application.tag);
    assert.equal(await git("cat-file", "-t", application.tag), "tag");
    assert.equal(await git("rev-parse", `${application.tag}^{commit}`), application.earlierCommit);
    const phases = application.commits.map((commit) => commit.phase).filter((it) => it !== null);
    assert.deepEqual(phases, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.equal(await git("rev-parse", "main"), application.simplifiedCommit);
    assert.equal(await git("rev-list", "--count", "main"), String(application.commits.length));
    assert.ok(application.commits.length >= 13, "there is history before the tag");
  });

  it("leaves a clean work tree with private, ignored files beside it", async () => {
    assert.equal(await git("status", "--porcelain"), "");
    assert.equal(await git("branch", "--show-current"), "main");
    for (const path of application.untrackedFiles) {
      assert.equal(await git("check-ignore", "--", path), path);
      assert.equal((await stat(join(application.folder, path))).mode & 0o777, 0o600, path);
    }
    assert.equal(existsSync(join(application.folder, "data")), false);
  });

  it("gives the same commit ids again, and other secrets", async () => {
    const issuer = "http://issuer.example:4000/";
    const second = await generateApplication({ folder: join(folder, "second"), issuer });
    assert.deepEqual(second.commits, application.commits);
    const password = "secrets/app/postgres-password.txt";
    const [one, other] = await Promise.all(
      [application, second].map((it) => readFile(join(it.folder, password), "utf8")),
    );
    assert.notEqual(one, other);
    const environment = await readFile(join(second.folder, ".env"), "utf8");
    assert.match(environment, /^AUTH0_ISSUER=http:\/\/issuer\.example:4000\/$/m);
  }).timeout(30_000);

  it("refuses a folder that is not empty", async () => {
    await assert.rejects(generateApplication({ folder: application.folder }), /is not empty/);
  });
});
