import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { access, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
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

    const unopened = await fixture.command("backups", "import", file ?? "");
    assert.equal(unopened.exitCode, 1);
    assert.match(unopened.stderr, /option --identity: is missing: ".*exported" is encrypted/);

    await rm(backupFolder(id), { recursive: true });
    const back = await fixture.command("backups", "import", file ?? "", "--identity", key ?? "");
    assert.equal(back.exitCode, 0, back.stderr);
    const verified = await fixture.command("backups", "verify", id, "--level", "archive");
    assert.equal(verified.exitCode, 0, verified.stderr);
  });

  it("takes one to another place unencrypted, where no identity fits", async () => {
    const file = join(fixture.project, "plain");
    const exported = await fixture.command("backups", "export", id, file);
    assert.equal(exported.exitCode, 0, exported.stderr);
    await rm(backupFolder(id), { recursive: true });
    const wrong = await fixture.command("backups", "import", file, "--identity", "key");
    assert.match(wrong.stderr, /option --identity: does not fit: ".*plain" is not encrypted/);
    const back = await fixture.command("backups", "import", file, "--json");
    assert.equal(back.exitCode, 0, back.stderr);
    const made = JSON.parse(back.stdout) as Record<string, unknown>;
    assert.deepEqual([made.id, made.kind], [id, "preExecution"]);
  });

  it("imports the document's archives, a folder of them or one, as foreign backups", async () => {
    const { repository } = fixture.host.context;
    fixture.git("tag", "pre-simplification-20250102");
    const folder = join(repository, "..", "the document's");
    await mkdir(folder);
    for (const what of ["redis", "postgres"]) {
      const content = join(folder, what, "data");
      await mkdir(content, { recursive: true });
      await writeFile(join(content, what === "redis" ? "dump.rdb" : "PG_VERSION"), "15\n");
      const archive = join(folder, `${what}-backup-20250102.tar.gz`);
      execFileSync("tar", ["czf", archive, "-C", join(folder, what), "data"]);
    }
    const imported = async (path: string) => {
      const answer = await fixture.command("backups", "import", path, "--json");
      assert.equal(answer.exitCode, 0, answer.stderr);
      return JSON.parse(answer.stdout) as object;
    };
    const known = { kind: "imported", stack: "pre-simplification" };
    const [postgres, redis] = ["admin_postgres_data", "admin_redis_data"];
    const whole = { ...known, id: "imported-20250102", volumes: [postgres, redis] };
    assert.deepEqual(await imported(folder), whole);
    const one = { ...known, id: "imported-20250102-2", volumes: [redis] };
    assert.deepEqual(await imported(join(folder, "redis-backup-20250102.tar.gz")), one);

    const identity = await fixture.command("backups", "import", folder, "--identity", "key");
    assert.match(identity.stderr, /option --identity: does not fit/);
    const elsewhere = await fixture.command("backups", "import", "/nonexistent");
    assert.match(elsewhere.stderr, /path "\/nonexistent": does not exist/);
    const stranger = await fixture.command(
      "backups",
      "import",
      join(folder, "redis/data/dump.rdb"),
    );
    assert.match(stranger.stderr, /dump\.rdb": was not written by rollback backups export/);
    for (const name of ["imported-20250102", "imported-20250102-2"]) {
      await rm(backupFolder(name), { recursive: true });
    }
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
