import assert from "node:assert/strict";
import { assembleCommit } from "./assemble-commit";
import { changedPaths } from "../../host/git/changed-paths";
import { saveUntracked, workTreeUntracked } from "../../host/untracked/save-untracked";
import type { Release } from "../../plan/model/wanted";
import { GitFixture, PROTECTED } from "./git-fixture";

describe("assembling a release", () => {
  let fixture: GitFixture;
  let before: string;
  let after: string;

  beforeEach(() => {
    fixture = new GitFixture();
    fixture.write("backend/Dockerfile", "FROM scratch\n");
    fixture.write("backend/src/app.ts", "before\n");
    fixture.write("backend/src/storage/minio.ts", "before\n");
    fixture.write("backend/src/features/a/README.md", "before a\n");
    fixture.write("backend/src/features/b/README.md", "before b\n");
    fixture.write("backend/src/features/b/deep/README.md", "before deep\n");
    fixture.write("config/app/production.yml", "before\n");
    fixture.write("docs/redesign/ROLLBACK-LOG.md", "log\n");
    fixture.write("docs/redesign/incidents/one.md", "incident\n");
    fixture.write("data/documents/x", "document\n");
    fixture.write("only before.txt", "before\n");
    before = fixture.commit("before");
    fixture.write("backend/src/app.ts", "after\n");
    fixture.remove("backend/src/storage");
    fixture.write("backend/src/storage/files.ts", "after\n");
    fixture.write("backend/src/features/a/README.md", "after a\n");
    fixture.remove("backend/src/features/b/README.md");
    fixture.write("backend/src/features/b/deep/README.md", "after deep\n");
    fixture.write("backend/src/features/c/README.md", "after c\n");
    fixture.write("config/app/production.yml", "after\n");
    fixture.remove("only before.txt");
    after = fixture.commit("after");
  });
  afterEach(() => {
    fixture.dispose();
  });

  async function assemble(input: Partial<Parameters<typeof assembleCommit>[1]>): Promise<Release> {
    return assembleCommit(fixture.context, {
      commit: after,
      untracked: await workTreeUntracked(fixture.context, []),
      contexts: ["backend", "landing"],
      mounts: ["config/app", "secrets/app", ".env"],
      protectedPaths: PROTECTED,
      ...input,
    });
  }

  it("touches neither the work tree, nor its index, nor HEAD", async () => {
    fixture.write("backend/src/app.ts", "staged\n");
    fixture.git("add", "backend/src/app.ts");
    fixture.write("backend/src/app.ts", "edited\n");
    const unchanged = fixture.fingerprint();
    await assemble({ commit: before, overlays: [{ path: "backend/src/app.ts", commit: after }] });
    assert.equal(fixture.fingerprint(), unchanged);
  });

  it("gives the tree of the commit without the protected paths", async () => {
    const release = await assemble({ commit: before });
    const expected = fixture
      .paths(before)
      .filter((path) => !path.startsWith("data/") && !path.startsWith("docs/"));
    assert.deepEqual(fixture.paths(release.tree), expected);
    assert.equal(release.commit, before);
    assert.deepEqual(await changedPaths(fixture.context, release.tree, before), [
      { status: "added", path: "data/documents/x" },
      { status: "added", path: "docs/redesign/ROLLBACK-LOG.md" },
      { status: "added", path: "docs/redesign/incidents/one.md" },
    ]);
  });

  it("takes an overlay's path from its commit, deleted files included", async () => {
    const overlays = ["backend/src/storage/", "only before.txt"].map((path) => ({
      path,
      commit: before,
    }));
    const release = await assemble({ overlays });
    const paths = fixture.paths(release.tree);
    assert.ok(paths.includes("backend/src/storage/minio.ts"));
    assert.ok(!paths.includes("backend/src/storage/files.ts"));
    assert.ok(paths.includes("only before.txt"));
    assert.equal(fixture.git("show", `${release.tree}:backend/src/app.ts`), "after");
    const gone = await assemble({
      commit: before,
      overlays: [{ path: "only before.txt", commit: after }],
    });
    assert.ok(!fixture.paths(gone.tree).includes("only before.txt"));
  });

  it("lets a star in an overlay stand for one folder's name", async () => {
    const release = await assemble({
      overlays: [{ path: "backend/src/features/*/README.md", commit: before }],
    });
    const show = (path: string): string => fixture.git("show", `${release.tree}:${path}`);
    assert.equal(show("backend/src/features/a/README.md"), "before a");
    assert.equal(show("backend/src/features/b/README.md"), "before b");
    assert.equal(show("backend/src/features/b/deep/README.md"), "after deep");
    assert.ok(!fixture.paths(release.tree).includes("backend/src/features/c/README.md"));
  });

  it("lets the later of two overlapping overlays count", async () => {
    const release = await assemble({
      overlays: [
        { path: "backend/", commit: before },
        { path: "backend/src/app.ts", commit: after },
        { path: "no/such/path", commit: before },
      ],
    });
    assert.equal(fixture.git("show", `${release.tree}:backend/src/app.ts`), "after");
    assert.ok(fixture.paths(release.tree).includes("backend/src/storage/minio.ts"));
  });

  it("names contexts by their trees and leaves out what the tree does not have", async () => {
    const release = await assemble({ commit: before });
    assert.deepEqual(release.contexts, { backend: fixture.git("rev-parse", `${before}:backend`) });
    assert.deepEqual(Object.keys(release.mounts), ["config/app"]);
  });

  it("names a mount by content and permissions, the same again when they come back", async () => {
    const paths = ["secrets/app/", ".env"];
    const mount = async (): Promise<string | undefined> =>
      (await assemble({ untracked: await saveUntracked(fixture.context, paths) })).mounts[
        "secrets/app"
      ];
    fixture.write("secrets/app/password.txt", "one", 0o600);
    const first = await mount();
    assert.match(first ?? "", /^[0-9a-f]{64}$/);
    assert.equal(await mount(), first);
    fixture.write("secrets/app/password.txt", "two", 0o600);
    const second = await mount();
    fixture.write("secrets/app/password.txt", "one", 0o640);
    const third = await mount();
    assert.equal(new Set([first, second, third]).size, 3);
    fixture.write("secrets/app/password.txt", "one", 0o600);
    assert.equal(await mount(), first);
  });

  it("computes with files that nothing has saved yet, as a preview does", async () => {
    fixture.write(".env", "AUTH0_ISSUER=x\n", 0o600);
    const id = await workTreeUntracked(fixture.context, [".env"]);
    const previewed = await assemble({ untracked: id });
    await saveUntracked(fixture.context, [".env"]);
    const begun = await assemble({ untracked: id });
    assert.deepEqual(previewed, begun);
    assert.ok(previewed.mounts[".env"]);
  });

  it("does not use a plain hash of secrets", async () => {
    fixture.write(".env", "guess me", 0o600);
    const other = new GitFixture();
    other.write(".env", "guess me", 0o600);
    const ids = await Promise.all(
      [fixture, other].map(async ({ context }) => workTreeUntracked(context, [".env"])),
    );
    other.dispose();
    assert.notEqual(ids[0], ids[1]);
  });

  it("refuses a set of untracked files that is not on this host", async () => {
    await assert.rejects(assemble({ untracked: "0".repeat(64) }), /are not saved on this host/);
  });
});
