import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { topologyOfStack } from "../support/application";
import { inspectContainer } from "../../host/docker/containers";
import { HELPER_LABEL } from "../../host/docker/helper";
import { endStaleHelpers } from "../../host/docker/users";
import { waitFor } from "../../host/docker/wait";
import { acquireLock, readLock } from "../../change/lock/lock";
import { lockRequest } from "../../change/lock/holder";
import { thisProcess } from "../../host/processes";
import { markCutOver, openRecord, requireChange } from "../../change/records/change";
import { beginStep, finishStep } from "../../change/records/steps";
import { volumeStep } from "../../change/records/written";
import { NAMES } from "../support/application";
import { statePath } from "../../host/state-directory";
import type { ChangeRequest } from "../../plan/model/wanted";
import { requestWithPrefix } from "../support/topology";
import { CliFixture } from "./cli-fixture";

describe("rollback abort", function () {
  this.timeout(120_000);
  let fixture: CliFixture;
  let live: string;

  beforeEach(async () => {
    fixture = await CliFixture.make();
    live = await fixture.startService("traefik", "pre-simplification");
  });
  afterEach(async () => {
    await fixture.host.remove();
    await removeNetworks();
  });

  it("says that nothing is open", async () => {
    const answer = await fixture.command("abort");
    assert.deepEqual(answer, {
      exitCode: 0,
      stdout: "no change is open: nothing to abort\n",
      stderr: "",
    });
  });

  it("removes what was staged, with evidence, and nothing else, and closes the change", async () => {
    const { context } = fixture.host;
    await openSwitch();
    await network("motovaultpro_backend");
    const staged = await fixture.startService("mvp-redis", "simplified", "motovaultpro_backend");
    const foreign = await fixture.startService("mvp-postgres");
    const answer = await fixture.command("abort");
    assert.equal(answer.exitCode, 0, answer.stderr);
    assert.match(answer.stdout, /aborted change 1 to simplified: removed 1 containers and 1 net/);
    assert.match(answer.stdout, /begun to write stay as they are: mvp_redis_data;.*safety-1/);
    assert.match(answer.stdout, /live side: pre-simplification, untouched/);
    assert.equal(await inspectContainer(context, staged), undefined);
    assert.ok(await inspectContainer(context, foreign));
    assert.equal((await inspectContainer(context, live))?.State.Running, true);
    assert.equal((await requireChange(context, 1)).state, "aborted");
    assert.equal(await readLock(context), null);
    const evidence = join(statePath.record(context, 1), "evidence");
    await access(join(evidence, `${fixture.host.named("mvp-redis")}.json`));
    const log = await readFile(join(context.repository, NAMES.rollbackLog), "utf8");
    assert.match(log, /^## Change 1: pre-simplification to simplified, not reached$/m);
    assert.match(log, /^- Aborted: rollback abort$/m);
    assert.match(
      log,
      /^- Left: volumes .*begun to write stay as they are: mvp_redis_data;.*safety-1$/m,
    );
    assert.match((await fixture.command("abort")).stdout, /^no change is open/);
  });

  it("ends a restore that outlived the run that was killed", async () => {
    const { context } = fixture.host;
    await openSwitch();
    const volume = await fixture.host.volume("mvp_redis_data", "redis");
    const restore = assert.rejects(fixture.host.onVolume(volume, "sleep infinity"));
    await waitFor(
      async () => {
        const users = await helpersOf("mvp_redis_data");
        return users > 0 ? { done: true, value: users } : { done: false, state: "none" };
      },
      { deadlineMs: 20_000, message: "a helper at work on the volume" },
    );
    try {
      const answer = await fixture.command("abort");
      assert.equal(answer.exitCode, 0, answer.stderr);
      assert.equal(await helpersOf("mvp_redis_data"), 0);
      assert.equal((await requireChange(context, 1)).state, "aborted");
    } finally {
      await endStaleHelpers(context, volume);
      await restore;
    }
  });

  it("leaves a network that something else uses, and says so", async () => {
    await openSwitch();
    await network("motovaultpro_backend");
    await fixture.startService("mvp-postgres", undefined, "motovaultpro_backend");
    const answer = await fixture.command("abort");
    assert.equal(answer.exitCode, 0, answer.stderr);
    assert.match(answer.stdout, /something else uses were left: \S*-motovaultpro_backend/);
  });

  it("refuses while another run holds the lock, unless it is forced", async () => {
    const { context } = fixture.host;
    await openSwitch();
    await acquireLock(context, { ...(await lockRequest(1, "change 1")), ...(await thisProcess()) });
    const refused = await fixture.command("abort");
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /^another run holds the lock: .*change 1 \(change 1, process/);
    assert.equal((await requireChange(context, 1)).state, "open");
    const forced = await fixture.command("abort", "--force");
    assert.equal(forced.exitCode, 0, forced.stderr);
    assert.match(forced.stderr, /released the lock of/);
    assert.equal((await requireChange(context, 1)).state, "aborted");
  });

  it("refuses while a step that a killed run left behind still works", async () => {
    await openSwitch();
    await beginStep(fixture.host.context, 1, "release", ["tree"]);
    const refused = await fixture.command("abort");
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, new RegExp(`step "release": still runs.*process ${process.pid}`));
    assert.equal(await readLock(fixture.host.context), null);
  });

  it("refuses when the edge has been moved", async () => {
    await openSwitch();
    await markCutOver(fixture.host.context, 1);
    const refused = await fixture.command("abort");
    assert.equal(refused.exitCode, 1);
    assert.match(
      refused.stderr,
      /change 1: has cut over already\n {4}finish it: pulumi up --stack/,
    );
  });

  it("refuses when the side that was staged serves by now", async () => {
    await openSwitch();
    await fixture.host.context.docker.getContainer(live).stop();
    const edge = await fixture.startService("mvp-traefik", "simplified");
    const refused = await fixture.command("abort");
    assert.match(refused.stderr, /the side that it stages, simplified, serves/);
    assert.ok(await inspectContainer(fixture.host.context, edge));
  });

  async function openSwitch(): Promise<void> {
    const { context } = fixture.host;
    await openRecord(context, requestWithPrefix(request(), fixture.host.prefix), {
      outgoingUntracked: null,
      outgoingBranch: "main",
      retire: [],
      retireNetworks: [],
    });
    const name = volumeStep("mvp_redis_data");
    await beginStep(context, 1, name, ["backup:b", 1]);
    await finishStep(context, 1, name, ["backup:b", 1], {});
  }

  async function network(name: string): Promise<void> {
    await fixture.host.context.docker.createNetwork({
      Name: fixture.host.named(name),
    });
  }

  async function helpersOf(volume: string): Promise<number> {
    const { docker } = fixture.host.context;
    const filters = { volume: [fixture.host.named(volume)], label: [HELPER_LABEL] };
    return (await docker.listContainers({ all: true, filters })).length;
  }

  async function removeNetworks(): Promise<void> {
    const { docker } = fixture.host.context;
    for (const { Id, Name } of await docker.listNetworks()) {
      if (!Name.startsWith(fixture.host.prefix)) continue;
      await docker.getNetwork(Id).remove();
    }
  }
});

function request(): ChangeRequest {
  const source = { source: "backup:b", number: 1 };
  return {
    number: 1,
    kind: "switch",
    stack: "simplified",
    from: "pre-simplification",
    live: null,
    wanted: {
      stack: "simplified",
      rolledBackPhases: [],
      scenario: null,
      refs: { earlier: null, simplified: null, phases: {} },
      topology: topologyOfStack("simplified"),
      release: { commit: "c", tree: "t", contexts: {}, mounts: {} },
      untracked: { ...source, contentId: "u" },
      volumes: { mvp_redis_data: source },
      images: {},
      ports: { http: 80, https: 443, dashboard: 8080 },
    },
    settings: {
      phaseRefs: {},
      rolledBackPhases: [],
      scenario: null,
    },
    adopts: null,
    outgoingEdge: null,
    verify: [],
    objectStoreImage: null,
    overwrites: ["mvp_redis_data"],
    backsUpFirst: false,
    bringsRelease: true,
    recordOnly: false,
  };
}
