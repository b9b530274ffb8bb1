import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commitRelease } from "../../host/release/commit-release";
import { assembleCommit } from "./assemble-commit";
import { exportRelease } from "../../host/release/export-release";
import { markPreExecution } from "../../host/git/mark-pre-execution";
import { moveWorkTree } from "../../host/release/work-tree";
import { observeGit } from "../../host/release/observe";
import { writeBundle } from "../../host/git/bundle";
import { workTreeUntracked } from "../../host/untracked/save-untracked";
import type { Release } from "../../plan/model/wanted";
import { GitFixture, PROTECTED } from "./git-fixture";

describe("what a rollback does with git", () => {
  let fixture: GitFixture;

  beforeEach(() => {
    fixture = new GitFixture();
    fixture.write("app.ts", "before\n");
    fixture.commit("before");
    fixture.git("tag", "before");
    fixture.write("app.ts", "after\n");
    fixture.commit("after");
    fixture.write(".env", "secret", 0o600);
  });
  afterEach(() => {
    fixture.dispose();
  });

  async function released(): Promise<Release> {
    return assembleCommit(fixture.context, {
      commit: "before",
      untracked: await workTreeUntracked(fixture.context, []),
      contexts: [],
      mounts: [],
      protectedPaths: PROTECTED,
    });
  }

  async function commitAndMove(): Promise<boolean> {
    const release = await released();
    const input = { number: 1, release, message: "Roll back", protectedPaths: PROTECTED };
    await commitRelease(fixture.context, input);
    return (await moveWorkTree(fixture.context, { number: 1, protectedPaths: PROTECTED })).moved;
  }

  it("runs no hook and heeds no configuration of the user", async () => {
    const marker = join(fixture.root, "hook ran");
    for (const hook of [
      "pre-commit",
      "post-checkout",
      "post-index-change",
      "reference-transaction",
    ]) {
      const script = `#!/bin/sh\necho ${hook} >> "${marker}"\n`;
      for (const folder of [".git/hooks", "../own hooks"]) {
        mkdirSync(join(fixture.repository, folder), { recursive: true });
        writeFileSync(join(fixture.repository, folder, hook), script, { mode: 0o755 });
      }
    }
    const settings = [
      "[core]\n\tautocrlf = true\n\thooksPath = ../own hooks\n\tfsmonitor = /bin/false\n",
      "[commit]\n\tgpgSign = true\n[tag]\n\tgpgSign = true\n[gpg]\n\tprogram = /bin/false\n",
      "[init]\n\ttemplateDir = /nowhere\n[status]\n\trenames = copies\n[user]\n\tuseConfigOnly = true\n",
    ];
    writeFileSync(join(fixture.root, "gitconfig"), settings.join(""));
    const kept = { ...process.env };
    Object.assign(process.env, {
      GIT_CONFIG_GLOBAL: join(fixture.root, "gitconfig"),
      GIT_DIR: join(fixture.root, "elsewhere"),
      GIT_INDEX_FILE: join(fixture.root, "another index"),
      EDITOR: "/bin/false",
      PAGER: "/bin/false",
    });
    try {
      fixture.git("config", "core.hooksPath", "../own hooks");
      assert.equal(await commitAndMove(), true);
      assert.equal(fixture.read("app.ts"), "before\n");
      assert.equal((await markPreExecution(fixture.context, "b")).pushed, "noRemote");
      await writeBundle(fixture.context, join(fixture.root, "b.bundle"));
      assert.ok(!existsSync(marker), existsSync(marker) ? readFileSync(marker, "utf8") : "");
    } finally {
      process.env = kept;
    }
  });

  it("works as the owner of the repository when root runs it", async function () {
    if (process.getuid?.() !== 0) return this.skip();
    execFileSync("chmod", ["755", fixture.root]);
    execFileSync("chown", ["-R", "1234:1234", fixture.repository]);
    const tree = execFileSync("git", ["rev-parse", "HEAD^{tree}"], {
      cwd: fixture.repository,
      uid: 1234,
      encoding: "utf8",
    }).trim();
    const observed = await observeGit(fixture.context, { refs: [], untrackedPaths: [".env"] });
    assert.equal(observed.clean, true);
    assert.equal(await commitAndMove(), true);
    const umask = process.umask(0o077);
    try {
      await exportRelease(fixture.context, { ...(await released()), contexts: { all: tree } });
      await markPreExecution(fixture.context, "b");
      await writeBundle(fixture.context, join(fixture.root, "b.bundle"));
    } finally {
      process.umask(umask);
    }
    const foreign = execFileSync("find", [fixture.repository, "!", "-uid", "1234"]).toString();
    assert.equal(foreign, "");
    assert.equal(statSync(join(fixture.repository, "app.ts")).uid, 1234);
  });
});
