import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { markPreExecution } from "../../host/git/mark-pre-execution";
import { writeBundle } from "../../host/git/bundle";
import { GitFixture } from "./git-fixture";

describe("the git side of a backup", () => {
  let fixture: GitFixture;
  let head: string;

  beforeEach(() => {
    fixture = new GitFixture();
    fixture.write("app.ts", "one\n");
    head = fixture.commit("one");
  });
  afterEach(() => {
    fixture.dispose();
  });

  it("marks HEAD by a branch and an annotated tag, and does not move it", async () => {
    const mark = await markPreExecution(fixture.context, "20261123-021500");
    const name = "backup-20261123-021500";
    const branch = "backup/20261123-021500";
    assert.deepEqual(mark, { branch, tag: name, pushed: "noRemote" });
    assert.equal(fixture.git("symbolic-ref", "HEAD"), "refs/heads/main");
    assert.equal(fixture.git("rev-parse", `refs/heads/${branch}`), head);
    assert.equal(fixture.git("cat-file", "-t", `refs/tags/${name}`), "tag");
    assert.equal(fixture.git("rev-parse", `refs/tags/${name}^{commit}`), head);
    assert.deepEqual(await markPreExecution(fixture.context, "20261123-021500"), mark);
    fixture.write("app.ts", "two\n");
    fixture.commit("two");
    await assert.rejects(markPreExecution(fixture.context, "20261123-021500"), /another commit/);
  });

  it("pushes exactly the branch and the tag, without hooks", async () => {
    const remote = join(fixture.root, "remote.git");
    fixture.git("init", "--quiet", "--bare", remote);
    fixture.git("remote", "add", "origin", remote);
    fixture.git("tag", "-a", "-m", "another", "not-this-one");
    mkdirSync(join(fixture.repository, ".git/hooks"), { recursive: true });
    const hook = join(fixture.repository, ".git/hooks/pre-push");
    writeFileSync(hook, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const mark = await markPreExecution(fixture.context, "b1");
    assert.equal(mark.pushed, "pushed");
    assert.equal(
      fixture.gitIn(remote, "for-each-ref", "--format=%(refname)"),
      "refs/heads/backup/b1\nrefs/tags/backup-b1",
    );
  }).timeout(20_000);

  it("warns when the remote is not there, without the password of its address", async () => {
    fixture.git("remote", "add", "origin", "https://someone:hunter2@127.0.0.1:9/x.git");
    const { pushed } = await markPreExecution(fixture.context, "b1");
    assert.match(pushed, /^could not be pushed to "origin": /);
    assert.doesNotMatch(pushed, /hunter2/);
    assert.equal(fixture.git("rev-parse", "refs/tags/backup-b1^{commit}"), head);
  });

  it("warns when the remote does not answer before the deadline, and leaves no process", async () => {
    const server = await silentServer();
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    fixture.git("remote", "add", "origin", `http://127.0.0.1:${String(port)}/x.git`);
    const closed = new Promise<void>((resolve) => {
      server.once("connection", (socket) =>
        socket
          .once("close", () => {
            resolve();
          })
          .resume(),
      );
    });
    const started = Date.now();
    const { pushed } = await markPreExecution(fixture.context, "b1", 1000);
    assert.match(pushed, /no answer within 1 s/);
    assert.ok(Date.now() - started < 6000);
    await closed;
    server.close();
  });

  it("writes a bundle from which the whole repository comes back", async () => {
    fixture.git("tag", "-a", "-m", "earlier", "pre-simplification-1");
    fixture.git("branch", "other");
    const file = join(fixture.root, "a folder/application.bundle");
    mkdirSync(join(fixture.root, "a folder"));
    await writeBundle(fixture.context, file);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(fixture.root, "a folder")), ["application.bundle"]);
    const clone = join(fixture.root, "clone");
    fixture.gitIn(fixture.root, "clone", "--quiet", "--mirror", file, clone);
    assert.equal(fixture.gitIn(clone, "for-each-ref"), fixture.git("for-each-ref"));
  });

  it("refuses to bundle a shallow clone", async () => {
    fixture.write("app.ts", "two\n");
    fixture.commit("two");
    const clone = join(fixture.root, "shallow");
    const source = `file://${fixture.repository}`;
    fixture.gitIn(fixture.root, "clone", "--quiet", "--depth=1", source, clone);
    const context = { ...fixture.context, repository: clone };
    await assert.rejects(writeBundle(context, join(fixture.root, "b")), /is a shallow clone/);
  });

  it("gives no bundle when an object of the repository is damaged", async () => {
    const blob = fixture.git("rev-parse", "HEAD:app.ts");
    const object = join(fixture.repository, ".git/objects", blob.slice(0, 2), blob.slice(2));
    writeFileSync(`${object}.new`, "not an object");
    renameSync(`${object}.new`, object);
    const file = join(fixture.root, "application.bundle");
    await assert.rejects(writeBundle(fixture.context, file));
    assert.ok(!existsSync(file));
  });
});

/** Accepts connections and never says anything. */
async function silentServer(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
