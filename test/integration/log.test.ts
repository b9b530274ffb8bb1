import assert from "node:assert/strict";
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { NAMES } from "../support/application";
import type { HostContext } from "../../host/context";
import { addReasonToLog, appendRollbackLog } from "../../change/log/append";
import type { RollbackLogEntry } from "../../change/log/text";

const entry: RollbackLogEntry = {
  number: 3,
  endedAt: "2026-11-23T02:15:00.000Z",
  reason: "checkout failed",
  from: "simplified",
  to: "pre-simplification",
  reached: {
    phases: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    fullRollback: true,
    commit: "4f2a",
    sources: { admin_redis_data: "existing", admin_postgres_data: "backup:20261122-010000" },
  },
  notes: [],
  contacts: { "Technical Lead": "Anna, +1 555 0100" },
};

describe("the log of rollbacks", () => {
  let folder: string;
  let context: HostContext;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "rollback log "));
    const repository = join(folder, "repository");
    await mkdir(repository);
    file = join(repository, NAMES.rollbackLog);
    context = {
      docker: undefined as unknown as Docker,
      repository,
      stateDirectory: join(folder, "state"),
      compose: { files: ["docker-compose.yml"], profiles: [] },
      helperImage: "helper",
      application: NAMES,
      report: () => undefined,
    };
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  it("says what the document asks for, and whom to call", async () => {
    assert.equal(await appendRollbackLog(context, entry), true);
    assert.equal(
      await readFile(file, "utf8"),
      `# Rollback log

<!-- emergency contacts: written from the configuration -->
## Emergency contacts

- Technical Lead: Anna, +1 555 0100

<!-- end of emergency contacts -->

## Change 3: simplified to pre-simplification

- Rollback performed: 2026-11-23T02:15:00.000Z
- Reason: checkout failed
- Phases rolled back: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 (full rollback)
- Release: 4f2a
- Data:
  - admin_postgres_data: backup:20261122-010000
  - admin_redis_data: existing
- To do: analyse the root cause (logs, point of failure, lessons learned), plan the fix, retry if appropriate
`,
    );
    assert.equal((await stat(file)).mode & 0o777, 0o644);
  });

  it("says of a change that ended without effect what happened, and nothing of what is live", async () => {
    const notes = ['Failed back: "simplified" serves again'];
    await appendRollbackLog(context, { ...entry, reached: null, notes });
    const text = await readFile(file, "utf8");
    assert.equal(
      text.slice(text.indexOf("## Change 3")),
      `## Change 3: simplified to pre-simplification, not reached

- Rollback attempted: 2026-11-23T02:15:00.000Z
- Reason: checkout failed
- Failed back: "simplified" serves again
- To do: analyse the root cause (logs, point of failure, lessons learned), plan the fix, retry if appropriate
`,
    );
  });

  it("has one entry per number, however often it is asked for", async () => {
    await appendRollbackLog(context, entry);
    const once = await readFile(file, "utf8");
    assert.equal(await appendRollbackLog(context, { ...entry, reason: "again" }), false);
    assert.equal(await readFile(file, "utf8"), once);
    assert.equal(await appendRollbackLog(context, { ...entry, number: 30 }), true);
    assert.equal(await appendRollbackLog(context, { ...entry, number: 4 }), true);
    const headings = (await readFile(file, "utf8")).match(/^## Change \d+/gm);
    assert.deepEqual(headings, ["## Change 3", "## Change 30", "## Change 4"]);
  });

  it("keeps what the team wrote, the file's mode and its owner", async () => {
    await mkdir(join(context.repository, "docs/redesign"), { recursive: true });
    await writeFile(file, "# Our log\n\nRollback performed: by hand\n");
    await chmod(file, 0o664);
    if (process.getuid?.() === 0) await chown(file, 1234, 1235);
    await appendRollbackLog(context, entry);
    const text = await readFile(file, "utf8");
    assert.ok(text.startsWith("# Our log\n\n<!-- emergency"));
    assert.match(text, /\nRollback performed: by hand\n\n## Change 3: /);
    const { mode, uid, gid } = await stat(file);
    assert.equal(mode & 0o777, 0o664);
    if (process.getuid?.() === 0) assert.deepEqual([uid, gid], [1234, 1235]);
    assert.deepEqual(await readdir(join(context.repository, "docs/redesign")), ["ROLLBACK-LOG.md"]);
  });

  it("replaces the contacts by those that are configured now, and leaves them where none are", async () => {
    await appendRollbackLog(context, entry);
    await appendRollbackLog(context, { ...entry, number: 4, contacts: { "DevOps Lead": "Ben" } });
    await appendRollbackLog(context, { ...entry, number: 5, contacts: {} });
    const text = await readFile(file, "utf8");
    assert.equal(text.match(/## Emergency contacts/g)?.length, 1);
    assert.match(text, /- DevOps Lead: Ben/);
    assert.doesNotMatch(text, /Anna/);
  });

  it("takes a reason that is told later, once, beside one that was given before", async () => {
    await appendRollbackLog(context, { ...entry, reason: null });
    await appendRollbackLog(context, { ...entry, number: 4 });
    assert.equal(await addReasonToLog(context, 3, "the disk\nwas full"), true);
    assert.equal(await addReasonToLog(context, 3, "the disk was full"), false);
    assert.equal(await addReasonToLog(context, 4, "and the disk was full"), true);
    assert.equal(await addReasonToLog(context, 5, "nobody knows that one"), false);
    const reasons = (await readFile(file, "utf8"))
      .split("\n")
      .filter((line) => /^(## Change|- Reason:)/.test(line));
    assert.deepEqual(reasons, [
      "## Change 3: simplified to pre-simplification",
      "- Reason: the disk was full",
      "## Change 4: simplified to pre-simplification",
      "- Reason: checkout failed",
      "- Reason: and the disk was full",
    ]);
  });

  it("lets a reason of several lines forge neither a heading nor a marker", async () => {
    const reason = "first\n## Change 4: forged\n<!-- end of emergency contacts -->";
    await appendRollbackLog(context, { ...entry, reason });
    assert.equal(await appendRollbackLog(context, { ...entry, number: 4 }), true);
    const text = await readFile(file, "utf8");
    assert.match(text, /- Reason: first ## Change 4: forged <! -- end of emergency contacts -->/);
  });

  it("writes through a link inside the repository, and through none that leads out of it", async () => {
    await mkdir(join(context.repository, "docs/redesign"), { recursive: true });
    await writeFile(join(context.repository, "LOG.md"), "# Log\n");
    await symlink("../../LOG.md", file);
    await appendRollbackLog(context, entry);
    assert.match(await readFile(join(context.repository, "LOG.md"), "utf8"), /## Change 3/);
    await rm(file);
    await writeFile(join(folder, "outside"), "");
    await symlink(join(folder, "outside"), file);
    await assert.rejects(appendRollbackLog(context, entry), /leads out of the repository/);
    assert.equal(await readFile(join(folder, "outside"), "utf8"), "");
  });
});
