import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PHASES } from "../support/application";
import { execute, executeOrFail } from "../../host/docker/exec";
import type { Acknowledged } from "../support/acknowledged";
import { assertDatabasesWhole } from "../support/assert-topology";
import { describeCombinations } from "../support/describe-combinations";
import { logEntry, recordNumbers } from "../support/records";
import type { Scene } from "../support/scene";
import { openSwitchedScene } from "../support/switched-scene";

const PASSWORD_FILE = "secrets/app/postgres-password.txt";
const DAMAGE = 'exec psql -U "$POSTGRES_USER" -d motovaultpro -c "TRUNCATE vehicles CASCADE"';
const LOG_IN =
  'PGPASSWORD=$1 exec psql -w -U motovaultpro -d motovaultpro -h "$(hostname -i)" -c "SELECT 1"';

describe("partial rollbacks of the small application", function () {
  this.timeout("10m");
  let scene: Scene;
  let written: Acknowledged;

  before(async () => {
    ({ scene, written } = await openSwitchedScene());
  });
  after(async () => {
    await scene.close();
  });

  const reach = async (settings: Readonly<Record<string, unknown>>) => {
    await scene.configure("simplified", settings);
    await scene.up("simplified");
  };

  it("of phase 7 takes the backup's database where the live one is damaged and a person says so", async () => {
    await scene.client.addVehicle("Toyota");
    await executeOrFail(database(scene), ["sh", "-c", DAMAGE]);
    await reach({ phase7: true, restoreDatabase: true, acceptSchema: true });
    await written.assertThere();
    await written.write();
  });

  it("of phase 1 lets a database of another name have the volume only when the former one has stopped", async () => {
    await reach({ phase1: true, phase7: true, acceptSchema: true });
    await assertDatabasesWhole(scene);
    await written.assertThere();
  });

  it("of phase 4 takes back a password that was rotated since, and the databases follow the files", async () => {
    const { repository } = scene.workspace;
    const former = await readFile(join(repository, PASSWORD_FILE), "utf8");
    await writeFile(join(repository, PASSWORD_FILE), "rotated");
    await reach({});
    await assertPassword(scene, "rotated", former.trim());
    await reach({ phase4: true });
    assert.equal(await readFile(join(repository, PASSWORD_FILE), "utf8"), former);
    await assertPassword(scene, former.trim(), "rotated");
    await written.assertThere();
    await reach({});
    assert.equal(await readFile(join(repository, PASSWORD_FILE), "utf8"), "rotated");
    await assertPassword(scene, "rotated", former.trim());
    await written.assertThere();
  });

  it("takes one phase from a ref of its own, saves nothing where it is told so, and tells the reason", async () => {
    const { repository } = scene.workspace;
    const git = (...args: string[]) =>
      execFileSync("git", args, { cwd: repository, encoding: "utf8" });
    await reach({
      phase9: true,
      phaseRefs: { "9": "main~2" },
      phase3: true,
      safety: "none",
      reason: "The links of the new documentation are broken",
    });
    const number = (await recordNumbers(scene.workspace)).at(-1) ?? 0;
    const paths = PHASES.find((phase) => phase.number === 9)?.gitPaths ?? [];
    const globs = paths.map((path) => `:(glob)${path.endsWith("/") ? `${path}**` : path}`);
    const differing = (ref: string) =>
      git(
        "diff",
        "--name-only",
        ref,
        "HEAD",
        "--",
        ...globs,
        ":(exclude)docs/redesign/ROLLBACK-LOG.md",
      );
    assert.equal(differing("main~2"), "");
    assert.notEqual(differing(scene.workspace.application.earlierCommit), "");
    const backups = await scene.rollback(["backups", "--json"]);
    assert.ok(!backups.stdout.includes(`safety-${number}`), backups.stdout);
    const branch = `rollback/${number}`;
    assert.match(
      git("log", "-1", "--format=%B", branch),
      /^The links of the new doc.* are broken$/m,
    );

    const told = await scene.rollback(["annotate", String(number), "Found by a customer"]);
    assert.equal(told.code, 0, told.output);
    assert.match(git("notes", "--ref=rollback", "show", branch), /^Found by a customer$/m);
    const entry = await logEntry(scene.workspace, number);
    assert.match(entry, /^- Reason: The links of the new documentation are broken$/m);
    assert.match(entry, /^- Reason: Found by a customer$/m);
  });

  // A sample, from wherever the host is now; all of them: test/large.
  describeCombinations(2, () => ({ scene, written }));
});

function database(scene: Scene) {
  return scene.docker.docker.getContainer(`${scene.workspace.namePrefix}mvp-postgres`);
}

async function assertPassword(scene: Scene, right: string, wrong: string): Promise<void> {
  const logIn = async (password: string) =>
    (await execute(database(scene), ["sh", "-c", LOG_IN, "sh", password])).exitCode;
  assert.equal(await logIn(right), 0);
  assert.notEqual(await logIn(wrong), 0);
}
