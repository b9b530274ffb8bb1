import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { commitRelease } from "../../host/release/commit-release";
import { assembleCommit } from "./assemble-commit";
import { moveWorkTree } from "../../host/release/work-tree";
import { workTreeUntracked } from "../../host/untracked/save-untracked";
import type { Release } from "../../plan/model/wanted";
import { GitFixture, PROTECTED } from "./git-fixture";

const LOG = "docs/redesign/ROLLBACK-LOG.md";

describe("the branch of a change and the work tree", () => {
  let fixture: GitFixture;
  let before: string;

  beforeEach(() => {
    fixture = new GitFixture();
    fixture.write("app.ts", "before\n");
    fixture.write(".gitignore", ".env\n*.log\n");
    fixture.write("removed later.ts", "before\n");
    before = fixture.commit("before");
    fixture.git("tag", "-a", "-m", "earlier state", "pre-simplification-20261101");
    fixture.write("app.ts", "after\n");
    fixture.remove("removed later.ts");
    fixture.write(LOG, "# Log\n");
    fixture.write("data/documents/.keep", "");
    fixture.commit("after");
    fixture.write(".env", "secret", 0o600);
  });
  afterEach(() => {
    fixture.dispose();
  });

  async function released(): Promise<Release> {
    return assembleCommit(fixture.context, {
      commit: "pre-simplification-20261101",
      untracked: await workTreeUntracked(fixture.context, []),
      contexts: [],
      mounts: [],
      protectedPaths: PROTECTED,
    });
  }

  async function commit(number = 1): Promise<string> {
    const release = await released();
    const message = `Roll back to pre-simplification\n\nChange: ${number}`;
    const input = { number, release, message, protectedPaths: PROTECTED };
    return commitRelease(fixture.context, input);
  }

  const move = async (number = 1): ReturnType<typeof moveWorkTree> =>
    moveWorkTree(fixture.context, { number, protectedPaths: PROTECTED });

  it("commits the release with the protected paths of HEAD, and moves nothing", async () => {
    const head = fixture.git("rev-parse", "HEAD");
    const made = await commit();
    assert.equal(fixture.git("rev-parse", "rollback/1"), made);
    assert.equal(fixture.git("rev-parse", "rollback/1^"), before);
    assert.equal(fixture.git("rev-parse", "HEAD"), head);
    assert.equal(fixture.git("status", "--porcelain", "--untracked-files=no"), "");
    assert.equal(fixture.git("show", "rollback/1:app.ts"), "before");
    assert.equal(fixture.git("show", `rollback/1:${LOG}`), "# Log");
    assert.ok(fixture.paths("rollback/1").includes("removed later.ts"));
    assert.match(
      fixture.git("log", "-1", "--format=%an <%ae>", "rollback/1"),
      /^MotoVaultPro rollback </,
    );
  });

  it("finds the branch again, also when the team went on from it", async () => {
    const made = await commit();
    assert.equal(await commit(), made);
    await move();
    fixture.write("app.ts", "hotfix\n");
    fixture.commit("hotfix");
    assert.equal(await commit(), made);
  });

  it("refuses a branch of the same number that holds something else", async () => {
    fixture.git("branch", "rollback/1", "HEAD");
    await assert.rejects(commit(), /branch "rollback\/1": exists and holds another release/);
  });

  it("moves a clean work tree and keeps ignored and untracked files", async () => {
    await commit();
    fixture.write("notes.md", "mine\n");
    const result = await move();
    assert.deepEqual([result.moved, result.how], [true, "moved from main to rollback/1"]);
    assert.equal(fixture.read("app.ts"), "before\n");
    assert.equal(fixture.read("removed later.ts"), "before\n");
    assert.equal(fixture.read(LOG), "# Log\n");
    assert.equal(fixture.read(".env"), "secret");
    assert.equal(fixture.read("notes.md"), "mine\n");
    assert.deepEqual(await move(), { moved: true, how: "already on rollback/1", leftCommits: [] });
  });

  it("leaves a work tree with changed files alone and says how to move it", async () => {
    await commit();
    fixture.write("app.ts", "in the middle of work\n");
    const unchanged = fixture.fingerprint();
    const result = await move();
    assert.equal(result.moved, false);
    assert.match(result.how, /tracked files were changed: app\.ts; .*git switch rollback\/1/);
    assert.equal(fixture.fingerprint(), unchanged);
    fixture.git("add", "app.ts");
    assert.equal((await move()).moved, false);
  });

  it("leaves a work tree in the middle of a merge alone", async () => {
    await commit();
    writeFileSync(join(fixture.repository, ".git/MERGE_HEAD"), `${before}\n`);
    const result = await move();
    assert.deepEqual([result.moved, /MERGE_HEAD/.test(result.how)], [false, true]);
  });

  it("keeps changes to protected paths that nobody has committed", async () => {
    await commit();
    fixture.write(LOG, "# Log\n\n## Rollback 1\n");
    fixture.write("docs/redesign/incidents/one.md", "incident\n");
    assert.equal((await move()).moved, true);
    assert.equal(fixture.read(LOG), "# Log\n\n## Rollback 1\n");
    assert.equal(fixture.read("docs/redesign/incidents/one.md"), "incident\n");
    assert.match(fixture.git("status", "--porcelain"), /ROLLBACK-LOG\.md/);
  });

  it("keeps what was committed to protected paths since the branch was made", async () => {
    await commit();
    fixture.write(LOG, "# Log\n\n## Rollback 1\n");
    fixture.git("commit", "--quiet", "-m", "log entry", LOG);
    fixture.write(LOG, "# Log\n\n## Rollback 1\n\nuncommitted\n");
    assert.equal((await move()).moved, true);
    assert.equal(fixture.read(LOG), "# Log\n\n## Rollback 1\n\nuncommitted\n");
    assert.equal(fixture.git("show", `rollback/1:${LOG}`), "# Log\n\n## Rollback 1");
  });

  it("overwrites no ignored or untracked file that the branch tracks", async () => {
    for (const path of ["removed later.ts", "build.log"]) {
      const other = new GitFixture();
      other.write(path, "tracked\n");
      other.commit("tracks it");
      other.git("tag", "t");
      other.remove(path);
      other.write(".gitignore", "*.log\n");
      other.commit("does not");
      other.write(path, "precious\n");
      const release = {
        ...(await released()),
        commit: "",
        tree: other.git("rev-parse", "t^{tree}"),
      };
      const commit = other.git("rev-parse", "t");
      const input = {
        number: 1,
        release: { ...release, commit },
        message: "m",
        protectedPaths: [],
      };
      await commitRelease(other.context, input);
      const result = await moveWorkTree(other.context, { number: 1, protectedPaths: [] });
      assert.equal(result.moved, false, path);
      assert.match(result.how, /would be overwritten/);
      assert.equal(other.read(path), "precious\n");
      other.dispose();
    }
  });

  it("lists the commits that only the branch being left has", async () => {
    await commit(1);
    await move(1);
    fixture.write("app.ts", "hotfix\n");
    fixture.commit("Fix the wheel");
    await commit(2);
    const { leftCommits } = await move(2);
    assert.equal(leftCommits.length, 1);
    assert.match(leftCommits[0] ?? "", /^[0-9a-f]+ Fix the wheel$/);
  });
});
