import assert from "node:assert/strict";
import { access, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ALL_PHASES } from "../support/application";
import { CliFixture } from "./cli-fixture";

describe("rollback, as a person runs it", function () {
  this.timeout(180_000);
  let fixture: CliFixture;

  before(async () => {
    fixture = await CliFixture.make();
    await fixture.startService("traefik");
  });
  after(async () => fixture.host.remove());

  it("answers a repeated update with what was printed before, and only that", async () => {
    const environment = { PULUMI_COMMAND_STDOUT: '{"change":1}' };
    const answer = await fixture.run(["run", "repeat"], { environment });
    assert.deepEqual(answer, { exitCode: 0, stdout: '{"change":1}\n', stderr: "" });
  });

  it("names the steps that it knows, and what a step's input lacks", async () => {
    const unknown = await fixture.run(["run", "toString"], { stdin: "{}" });
    assert.equal(unknown.exitCode, 1);
    assert.match(unknown.stderr, /^"toString" is not a step of a change; known are repeat, begin/);
    const noJson = await fixture.run(["run", "begin"], { stdin: "secret=1" });
    assert.deepEqual([noJson.exitCode, noJson.stdout], [1, ""]);
    assert.match(noJson.stderr, /^step "begin" expects one JSON object/);
    assert.doesNotMatch(noJson.stderr, /secret/);
    const lacking = await fixture.run(["run", "begin"], { stdin: '{"context":{}}' });
    assert.match(lacking.stderr, /expected string, received undefined\n\s*→ at context.repository/);
  });

  it("explains itself, what to look at first, and an unknown command", async () => {
    const { stdout } = await fixture.run(["--help"]);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name);
    assert.deepEqual(commands.slice(0, 2), ["status", "backup"]);
    assert.ok(commands.includes("abort"));
    assert.doesNotMatch(stdout, /^ {2}run /m, "what Pulumi runs is nothing for people");
    assert.match((await fixture.run(["annotate", "--help"])).stdout, /Example:\n {2}\$ rollback/);
    const unknown = await fixture.run(["restart"]);
    assert.equal(unknown.exitCode, 1);
    assert.match(unknown.stderr, /unknown command 'restart'/);
  });

  it("tells its version", async () => {
    const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
    const answer = await fixture.run(["--version"]);
    assert.deepEqual(answer, { exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("says in one message that Docker does not answer, and changes nothing", async () => {
    const options = { environment: { DOCKER_HOST: "unix:///nonexistent/docker.sock" } };
    for (const name of ["backup", "backups", "status", "abort"]) {
      const answer = await fixture.run([name, "--project", fixture.project], options);
      assert.equal(answer.exitCode, 1);
      assert.match(
        answer.stderr,
        /^cannot .*: 1 problem, nothing was changed\n {2}Docker: does not/,
      );
      assert.doesNotMatch(answer.stderr, /\n\s+at /);
    }
    await assert.rejects(access(fixture.host.context.stateDirectory));
  });

  it("ends quietly when nobody reads its output any more", async () => {
    const project = ["--project", fixture.project];
    for (const command of [
      ["--help"],
      ["--version"],
      ["status", ...project],
      ["status", "--json", ...project],
      ["backups", ...project],
      ["abort", ...project],
    ]) {
      const answer = await fixture.runUnread(command, "stdout");
      assert.deepEqual(answer, { exitCode: 0, text: "" }, command.join(" "));
    }
    for (const command of [["restart"], ["status", "--project", "/nonexistent"]]) {
      const answer = await fixture.runUnread(command, "stderr");
      assert.deepEqual(answer, { exitCode: 1, text: "" }, command.join(" "));
    }
  });

  it("names everything that is wrong with the configuration at once", async () => {
    const nowhere = await fixture.run(["status", "--project", "/nonexistent"]);
    assert.match(nowhere.stderr, /project "\/nonexistent": has no Pulumi.yaml/);
    await fixture.configure("pre-simplification", { preRef: "--help", bakcup: "x" });
    const wrong = await fixture.command("status");
    await fixture.configure("pre-simplification", {});
    assert.equal(wrong.exitCode, 1);
    assert.match(wrong.stderr, /2 problems/);
    assert.match(wrong.stderr, /config "bakcup"/);
    assert.match(wrong.stderr, /config "preRef"/);
  });

  it("refuses two stack files that describe two hosts, unless one is chosen", async () => {
    await fixture.configure("simplified", { stateDirectory: "/elsewhere" });
    const both = await fixture.command("status");
    const chosen = await fixture.command("status", "--stack", "pre-simplification");
    await rm(join(fixture.project, "Pulumi.simplified.yaml"));
    assert.equal(both.exitCode, 1);
    assert.match(both.stderr, /config "stateDirectory": differs between the two stacks/);
    assert.equal(chosen.exitCode, 0);
  });

  it("refuses a backup that would lack a volume of the live side", async () => {
    const answer = await fixture.command("backup");
    assert.equal(answer.exitCode, 1);
    assert.match(answer.stderr, /cannot back up: 7 problems/);
    assert.match(answer.stderr, /volume "admin_postgres_data": pre-simplification uses it/);
    assert.equal(fixture.git("tag", "--list"), "");
    assert.equal(
      (await fixture.command("backups")).stdout,
      "no backup yet: rollback backup makes one\n",
    );
  });

  it("backs the live side up, marks the state in git, and lists the backup", async () => {
    await fixture.makeVolumes();
    const head = fixture.git("rev-parse", "HEAD");
    const answer = await fixture.command("backup", "--json");
    assert.equal(answer.exitCode, 0, answer.stderr);
    const made = JSON.parse(answer.stdout) as Record<string, string> & {
      volumes: { name: string }[];
      images: object;
    };
    assert.deepEqual(made.images, { count: 0, bytes: 0 });
    assert.match(made.id ?? "", /^\d{8}-\d{6}$/);
    assert.deepEqual(
      [made.stack, made.commit, made.verified, made.pushed, made.volumes.length],
      ["pre-simplification", head, "archive", "noRemote", 7],
    );
    assert.equal(fixture.git("tag", "--list"), `backup-${made.id}`);
    assert.equal(fixture.git("rev-parse", `refs/tags/backup-${made.id}^{commit}`), head);
    assert.equal(fixture.git("symbolic-ref", "--short", "HEAD"), "main");
    const folder = join(fixture.host.context.stateDirectory, "backups", made.id ?? "");
    assert.ok((await readdir(folder)).includes("manifest.json"));
    assert.ok((await readdir(join(folder, "untracked"))).length > 0);

    const second = await fixture.command("backup", "--with-images");
    assert.equal(second.exitCode, 0, second.stderr);
    assert.match(second.stdout, /^volume +archive +content +sha256 +how it was read\n/);
    assert.match(second.stdout, /admin_minio_data +\d+ B +8 B +[0-9a-f]{12} +copied while nobody/);
    assert.match(second.stdout, /\nimages: 1, [\d.]+ MB\n/);
    const secondId = /\nbackup (\S+) of /.exec(second.stdout)?.[1] ?? "";
    const { helperImage } = fixture.host.context;
    const { stdout } = await fixture.command("backups", "show", secondId);
    assert.match(stdout, new RegExp(`\nimages {9}1, [\\d.]+ MB: ${helperImage}\n`));
    const listed = (await fixture.command("backups")).stdout.trim().split("\n");
    assert.equal(listed.length, 3);
    assert.match(
      listed[2] ?? "",
      new RegExp(`^${made.id} +preExecution.* archive, \\d+ \\w+ ago +-$`),
    );
  });

  it("shows in the list that an archive is not what the manifest says", async () => {
    const folder = join(fixture.host.context.stateDirectory, "backups");
    const [first] = (await readdir(folder)).sort();
    await writeFile(join(folder, first ?? "", "volumes", "admin_redis_data.tar.zst"), "cut");
    assert.match((await fixture.command("backups")).stdout, /damaged: admin_redis_data/);
  });

  it("tells the state", async () => {
    const text = await fixture.command("status");
    assert.equal(text.exitCode, 0, text.stderr);
    assert.match(
      text.stdout,
      /^live side {6}pre-simplification\nrolled back {4}everything\ncontainers {5}1 of 14 running/,
    );
    assert.match(text.stdout, /\nlock {11}free\n/);
    const found = JSON.parse((await fixture.command("status", "--json")).stdout) as object;
    assert.deepEqual(
      { ...found, containers: null, newestBackup: null },
      {
        live: "pre-simplification",
        phases: ALL_PHASES,
        scenario: null,
        edgeRunning: true,
        containers: null,
        last: null,
        open: null,
        lock: null,
        newestBackup: null,
        next: "repair: pulumi up --stack pre-simplification",
      },
    );
  });
});
