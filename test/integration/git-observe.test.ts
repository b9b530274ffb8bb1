import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { observeGit } from "../../host/release/observe";
import { GitFixture } from "./git-fixture";

describe("observing the application's repository", () => {
  let fixture: GitFixture;
  const nothing = { refs: [], untrackedPaths: [] };

  beforeEach(() => {
    fixture = new GitFixture();
    fixture.write("app.ts", "one\n");
    fixture.write("docs/redesign/ROLLBACK-LOG.md", "# Log\n");
    fixture.commit("one");
  });
  afterEach(() => {
    fixture.dispose();
  });

  it("reads HEAD, branch, tags, rollback branches and refs", async () => {
    const one = fixture.git("rev-parse", "HEAD");
    fixture.git("tag", "-a", "-m", "annotated", "pre-simplification-20261101");
    fixture.git("tag", "pre-simplification-light");
    fixture.git("tag", "backup-pre-simplification-x");
    fixture.git("branch", "rollback/2");
    fixture.git("branch", "rollback/not-a-number");
    fixture.write("app.ts", "two\n");
    const two = fixture.commit("two");
    fixture.git("branch", "rollback/10");
    const refs = ["main", one.slice(0, 10), "no such", "-x", "a\nb", "pre-simplification-20261101"];
    const observed = await observeGit(fixture.context, { refs, untrackedPaths: [] });
    assert.deepEqual([observed.head, observed.branch, observed.clean], [two, "main", true]);
    assert.deepEqual(observed.preTags, [
      { name: "pre-simplification-20261101", commit: one },
      { name: "pre-simplification-light", commit: one },
    ]);
    assert.deepEqual(observed.rollbackBranches, [
      { number: 10, commit: two },
      { number: 2, commit: one },
    ]);
    assert.deepEqual(observed.resolved, {
      main: two,
      [one.slice(0, 10)]: one,
      "no such": null,
      "-x": null,
      "a\nb": null,
      "pre-simplification-20261101": one,
    });
    fixture.git("checkout", "--quiet", "--detach");
    assert.equal((await observeGit(fixture.context, nothing)).branch, null);
  });

  it("calls a work tree clean when only protected paths or untracked files changed", async () => {
    fixture.write("docs/redesign/ROLLBACK-LOG.md", "# Log\n\nmore\n");
    fixture.write("notes.md", "mine\n");
    assert.equal((await observeGit(fixture.context, nothing)).clean, true);
    fixture.write("app.ts", "edited\n");
    assert.equal((await observeGit(fixture.context, nothing)).clean, false);
  });

  it("does not write the index that somebody else works with", async () => {
    utimesSync(join(fixture.repository, "app.ts"), new Date(), new Date(0));
    const unchanged = fixture.fingerprint();
    await observeGit(fixture.context, { refs: ["HEAD"], untrackedPaths: ["app.ts", "secrets"] });
    assert.equal(fixture.fingerprint(), unchanged);
  });

  it("names a folder that is no repository, has no commit, or is only a part of one", async () => {
    const outside = mkdtempSync(join(tmpdir(), "git none "));
    const empty = new GitFixture();
    const part = join(fixture.repository, "docs");
    const observe = (repository: string): Promise<unknown> =>
      observeGit({ ...fixture.context, repository }, nothing);
    try {
      await assert.rejects(observe(outside), /is not a work tree of git/);
      await assert.rejects(
        observe(join(outside, "missing")),
        /missing": is not a work tree of git/,
      );
      await assert.rejects(observe(empty.repository), /has no commit yet/);
      await assert.rejects(observe(part), /is not the root of its work tree/);
    } finally {
      rmSync(outside, { recursive: true });
      empty.dispose();
    }
  });

  it("works through a link to the repository and in a linked work tree", async () => {
    const link = join(fixture.root, "link");
    symlinkSync(fixture.repository, link);
    const linked = await observeGit({ ...fixture.context, repository: link }, nothing);
    assert.equal(linked.branch, "main");
    const second = join(fixture.root, "second work tree");
    mkdirSync(second);
    fixture.git("worktree", "add", "--quiet", "-b", "other", second);
    const other = await observeGit({ ...fixture.context, repository: second }, nothing);
    assert.equal(other.branch, "other");
  });
});
