import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { placeUntracked } from "../../host/untracked/place-untracked";
import { saveUntracked, workTreeUntracked } from "../../host/untracked/save-untracked";
import { statePath } from "../../host/state-directory";
import { GitFixture, listFolder } from "./git-fixture";

const PATHS = [".env", "secrets/app/", "docs/", "backend/src/features/*/README.md"];

describe("untracked files", () => {
  let fixture: GitFixture;
  const save = async (): Promise<string> => saveUntracked(fixture.context, PATHS);
  const current = async (): Promise<string> => workTreeUntracked(fixture.context, PATHS);
  const inTree = (path: string): string => join(fixture.repository, path);
  const savedIn = (id: string): string => join(statePath.untracked(fixture.context, id), "files");
  const savedNames = (id: string): string[] =>
    listFolder(savedIn(id)).map((line) => line.replace(/ \d+ [0-9a-f]{64}$/, ""));

  beforeEach(() => {
    fixture = new GitFixture();
    fixture.write("app.ts", "one\n");
    fixture.write(".gitignore", ".env\nsecrets/\n");
    fixture.write("docs/tracked.md", "tracked\n");
    fixture.commit("one");
    fixture.write(".env", "AUTH0=1\n", 0o600);
    fixture.write("secrets/app/a secret.txt", "one", 0o640);
  });
  afterEach(() => {
    fixture.dispose();
  });

  it("are saved with those that git ignores, but neither tracked nor protected nor other ones", async () => {
    fixture.write("notes.md", "mine\n");
    fixture.write("docs/new.md", "new\n");
    fixture.write("docs/redesign/ROLLBACK-LOG.md", "# Log\n");
    fixture.write("backend/src/features/x/README.md", "x\n");
    fixture.write("backend/src/features/x/y/README.md", "y\n");
    const id = await save();
    assert.deepEqual(savedNames(id), [
      ".env",
      "backend/src/features/x/README.md",
      "docs/new.md",
      "secrets/app/a secret.txt",
    ]);
    assert.equal(await current(), id);
    assert.equal(await save(), id);
  });

  it("are saved for this user alone, and keep their modes", async () => {
    const id = await save();
    const mode = (path: string): number => statSync(path).mode & 0o777;
    assert.equal(mode(statePath.untracked(fixture.context, id)), 0o700);
    assert.equal(mode(savedIn(id)), 0o700);
    assert.equal(mode(join(savedIn(id), ".env")), 0o600);
    assert.equal(mode(join(savedIn(id), "secrets/app/a secret.txt")), 0o640);
    assert.equal(mode(statePath.contentKey(fixture.context)), 0o600);
  });

  it("have another name when bytes, mode or path change, and the first one when they come back", async () => {
    const ids = [await current()];
    fixture.write(".env", "AUTH0=2\n", 0o600);
    ids.push(await current());
    fixture.write(".env", "AUTH0=1\n", 0o644);
    ids.push(await current());
    rmSync(inTree(".env"));
    ids.push(await current());
    assert.equal(new Set(ids).size, ids.length);
    fixture.write(".env", "AUTH0=1\n", 0o600);
    assert.equal(await current(), ids[0]);
  });

  it("have a name when there are none, and nothing happens when that is put in place", async () => {
    const empty = await workTreeUntracked(fixture.context, []);
    assert.equal(await saveUntracked(fixture.context, []), empty);
    assert.equal(await workTreeUntracked(fixture.context, ["app.ts"]), empty);
    assert.deepEqual(await placeUntracked(fixture.context, empty), []);
    assert.equal(fixture.read(".env"), "AUTH0=1\n");
  });

  it("come back with modes and folders, and only what differs is written", async () => {
    chmodSync(inTree("secrets"), 0o700);
    const id = await save();
    fixture.write(".env", "AUTH0=2\n", 0o644);
    rmSync(inTree("secrets"), { recursive: true });
    assert.deepEqual(await placeUntracked(fixture.context, id), [
      ".env",
      "secrets/app/a secret.txt",
    ]);
    assert.equal(await current(), id);
    assert.equal(statSync(inTree(".env")).mode & 0o777, 0o600);
    assert.equal(statSync(inTree("secrets")).mode & 0o777, 0o700);
    const inode = statSync(inTree(".env")).ino;
    assert.deepEqual(await placeUntracked(fixture.context, id), []);
    assert.equal(statSync(inTree(".env")).ino, inode);
  });

  it("come back with their owners", async function () {
    if (process.getuid?.() !== 0) return this.skip();
    chownSync(inTree(".env"), 1234, 2345);
    const id = await save();
    chownSync(inTree(".env"), 0, 0);
    assert.deepEqual(await placeUntracked(fixture.context, id), [".env"]);
    const { uid, gid } = statSync(inTree(".env"));
    assert.deepEqual([uid, gid], [1234, 2345]);
  });

  it("of the outgoing side are saved before they are replaced, and are not left behind", async () => {
    const first = await save();
    fixture.write(".env", "AUTH0=2\n", 0o600);
    fixture.write("secrets/app/only second/b.txt", "b", 0o600);
    const second = await current();
    assert.ok(!existsSync(statePath.untracked(fixture.context, second)));
    await placeUntracked(fixture.context, first);
    assert.equal(await current(), first);
    assert.ok(!existsSync(inTree("secrets/app/only second")));
    await placeUntracked(fixture.context, second);
    assert.equal(fixture.read("secrets/app/only second/b.txt"), "b");
    assert.equal(await current(), second);
  });

  it("that git tracks by now are left to git", async () => {
    const id = await save();
    fixture.write(".env", "tracked\n");
    fixture.git("add", "--force", ".env");
    fixture.git("commit", "--quiet", "-m", "track it");
    assert.deepEqual(await placeUntracked(fixture.context, id), []);
    assert.equal(fixture.read(".env"), "tracked\n");
  });

  it("that are links within the repository are saved and put back as links", async () => {
    symlinkSync("../../app.ts", inTree("secrets/app/link"));
    const id = await save();
    rmSync(inTree("secrets/app/link"));
    await placeUntracked(fixture.context, id);
    assert.equal(readlinkSync(inTree("secrets/app/link")), "../../app.ts");
  });

  it("that are links out of the repository are refused", async () => {
    for (const target of ["/etc/passwd", "../../../elsewhere"]) {
      symlinkSync(target, inTree("secrets/app/link"));
      await assert.rejects(save(), /link "secrets\/app\/link": leads out of the repository/);
      await assert.rejects(current(), /leads out of the repository/);
      rmSync(inTree("secrets/app/link"));
    }
  });

  it("are not written through a folder that leads out of the repository", async () => {
    const id = await save();
    rmSync(inTree("secrets"), { recursive: true });
    mkdirSync(join(fixture.root, "outside/app"), { recursive: true });
    symlinkSync(join(fixture.root, "outside"), inTree("secrets"));
    fixture.write(".env", "AUTH0=2\n", 0o600);
    await assert.rejects(placeUntracked(fixture.context, id), /leads out of the repository/);
    assert.deepEqual(readdirSync(join(fixture.root, "outside/app")), []);
    assert.equal(fixture.read(".env"), "AUTH0=2\n");
  });

  it("replace a link in their place, never what it points to", async () => {
    const id = await save();
    rmSync(inTree(".env"));
    symlinkSync("app.ts", inTree(".env"));
    await placeUntracked(fixture.context, id);
    assert.ok(lstatSync(inTree(".env")).isFile());
    assert.equal(fixture.read("app.ts"), "one\n");
  });

  it("are seen by a reader as the old ones or the new ones, whole", async () => {
    const [one, two] = ["1", "2"].map((digit) => digit.repeat(2_000_000));
    fixture.write(".env", one ?? "", 0o600);
    const first = await save();
    fixture.write(".env", two ?? "", 0o600);
    const second = await save();
    const placed = new AbortController();
    const reader = (async () => {
      const seen = new Set<string>();
      while (!placed.signal.aborted) {
        seen.add(await readFile(inTree(".env"), "utf8"));
        assert.equal(statSync(inTree(".env")).mode & 0o777, 0o600);
      }
      return seen;
    })();
    for (const id of [first, second, first, second]) await placeUntracked(fixture.context, id);
    placed.abort();
    assert.deepEqual([...(await reader)].sort(), [one, two]);
  });

  it("that are damaged in the store are noticed before anything is replaced", async () => {
    const id = await save();
    writeFileSync(join(savedIn(id), "secrets/app/a secret.txt"), "two");
    fixture.write(".env", "AUTH0=2\n", 0o600);
    await assert.rejects(placeUntracked(fixture.context, id), /is missing or damaged/);
    assert.equal(fixture.read(".env"), "AUTH0=2\n");
  });

  it("that a killed run had half in place are no part of any set", async () => {
    const id = await save();
    fixture.write("secrets/app/.a secret.txt.rollback-part", "ha", 0o600);
    assert.equal(await current(), id);
    rmSync(inTree("secrets/app/a secret.txt"));
    await placeUntracked(fixture.context, id);
    assert.deepEqual(readdirSync(inTree("secrets/app")), ["a secret.txt"]);
  });

  it("are refused where a repository of its own lies among them", async () => {
    mkdirSync(inTree("docs/other"));
    fixture.gitIn(inTree("docs/other"), "init", "--quiet");
    fixture.gitIn(inTree("docs/other"), "commit", "--quiet", "--allow-empty", "-m", "x");
    await assert.rejects(save(), /folder "docs\/other\/": is a git repository of its own/);
  });
});
