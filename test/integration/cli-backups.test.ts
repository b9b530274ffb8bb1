import assert from "node:assert/strict";
import { access, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CliFixture } from "./cli-fixture";

/** What `rollback backups` can do with one backup, as a person does it, on a real Docker. */
describe("rollback backups", () => {
  let fixture: CliFixture;
  let id: string;

  before(async () => {
    fixture = await CliFixture.make();
    await fixture.startService("traefik", "pre-simplification");
    await fixture.makeVolumes();
    const made = await fixture.command("backup", "--json");
    assert.equal(made.exitCode, 0, made.stderr);
    id = (JSON.parse(made.stdout) as { id: string }).id;
  });

  after(() => fixture.host.remove());

  const backupFolder = (name: string) => join(fixture.host.context.stateDirectory, "backups", name);

  it("shows everything about one: every volume with its files and checksum", async () => {
    const shown = await fixture.command("backups", "show", id);
    assert.equal(shown.exitCode, 0, shown.stderr);
    assert.match(shown.stdout, new RegExp(`^backup {9}${id} \\(preExecution, number 1\\)\n`));
    assert.match(shown.stdout, /\nverified {7}archive, \d+ s ago\n/);
    assert.match(shown.stdout, /\nadmin_redis_data +\d+ B +8 B +1 +[0-9a-f]{12} +copied while/);
    const json = JSON.parse((await fixture.command("backups", "show", id, "--json")).stdout) as {
      manifest: { volumes: unknown[] };
    };
    assert.equal(json.manifest.volumes.length, 7);
  });

  it("verifies one as far as asked for, and notes it in the list", async () => {
    const verified = await fixture.command("backups", "verify", id, "--level", "files");
    assert.equal(verified.exitCode, 0, verified.stderr);
    assert.match(verified.stdout, new RegExp(`^backup ${id}: verified, level files, `));
    assert.match((await fixture.command("backups")).stdout, /files, \d+ s ago/);
  });

  it("names what exists when asked for one that does not", async () => {
    for (const command of ["show", "verify"]) {
      const answer = await fixture.command("backups", command, "../elsewhere");
      assert.equal(answer.exitCode, 1);
      assert.match(answer.stderr, /backup "\.\.\/elsewhere": does not exist/);
      assert.match(answer.stderr, new RegExp(`there are: ${id}`));
    }
  });

  it("removes nothing without --yes, and never what somebody made", async () => {
    const dry = await fixture.command("backups", "prune", "--keep", "0");
    assert.equal(dry.exitCode, 0, dry.stderr);
    assert.match(dry.stdout, /stays: made on request/);
    const wet = await fixture.command("backups", "prune", "--keep", "0", "--yes");
    assert.equal(wet.exitCode, 0, wet.stderr);
    assert.match(wet.stdout, /nothing to remove/);
    await access(backupFolder(id));
    const wrong = await fixture.command("backups", "prune", "--keep", "few");
    assert.equal(wrong.exitCode, 1);
    assert.match(wrong.stderr, /--keep few: is no number of backups/);
  });

  it("takes one to another place, encrypted, and brings it back whole", async () => {
    const { generateIdentity, identityToRecipient } = await import("age-encryption");
    const identity = await generateIdentity();
    const [file, key] = ["exported", "identity"].map((name) => join(fixture.project, name));
    await writeFile(key ?? "", identity, { mode: 0o600 });
    const recipient = ["--recipient", await identityToRecipient(identity)];
    const exported = await fixture.command("backups", "export", id, file ?? "", ...recipient);
    assert.equal(exported.exitCode, 0, exported.stderr);
    assert.ok(!(await readFile(file ?? "", "latin1")).includes("manifest.json"));

    const here = await fixture.command("backups", "import", file ?? "", "--identity", key ?? "");
    assert.equal(here.exitCode, 1);
    assert.match(here.stderr, new RegExp(`backup "${id}": is here already`));

    await rm(backupFolder(id), { recursive: true });
    const back = await fixture.command("backups", "import", file ?? "", "--identity", key ?? "");
    assert.equal(back.exitCode, 0, back.stderr);
    const verified = await fixture.command("backups", "verify", id, "--level", "archive");
    assert.equal(verified.exitCode, 0, verified.stderr);
  });

  it("tells the damage that it finds, fails, and no longer counts the backup as verified", async () => {
    const archive = join(backupFolder(id), "volumes", "admin_redis_data.tar.zst");
    await writeFile(archive, "cut");
    const answer = await fixture.command("backups", "verify", id, "--level", "archive");
    assert.equal(answer.exitCode, 1);
    assert.match(answer.stderr, /admin_redis_data\.tar\.zst/);
    const shown = await fixture.command("backups", "show", id);
    assert.match(shown.stdout, /\n {2}problem.*admin_redis_data/);
    assert.match((await fixture.command("status")).stdout, /\nnewest backup {2}none/);
    assert.deepEqual(await readdir(join(backupFolder(id), "..")), [id], "nothing is left behind");
  });
});
