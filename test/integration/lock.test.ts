import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { LockedError, type LockRequest } from "../../change/lock/holder";
import { acquireLock, breakLock, readLock, releaseLock } from "../../change/lock/lock";
import { parseStat, thisProcess } from "../../host/processes";
import { readFileSync } from "node:fs";
import { ownName } from "../../host/context";
import { DataHost } from "./data-host";

describe("the lock", function () {
  this.timeout(60_000);
  let host: DataHost;
  let other: ChildProcess;

  beforeEach(async () => {
    host = await DataHost.make();
    other = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
      stdio: ["pipe", "ignore", "ignore"],
    });
  });
  afterEach(async () => {
    await endOther();
    await breakLock(host.context);
    await host.remove();
  });

  it("is taken, told and freed", async () => {
    assert.equal(await readLock(host.context), null);
    const mine = await ownRequest(7);
    await acquireLock(host.context, mine);
    const held = await readLock(host.context);
    assert.ok(held !== null);
    assert.deepEqual(
      { ...held, since: "" },
      {
        holder: "test",
        host: hostname(),
        pid: process.pid,
        number: 7,
        since: "",
        alive: true,
      },
    );
    assert.ok(Date.now() - Date.parse(held.since) < 60_000);
    assert.equal(await releaseLock(host.context, mine), true);
    assert.equal(await readLock(host.context), null);
    assert.equal(await releaseLock(host.context, mine), false);
  });

  it("is had by exactly one of several that ask at once, and the others are told by whom", async () => {
    const requests = await Promise.all([1, 2, 3, 4, 5].map(ownRequest));
    const taken = await Promise.allSettled(requests.map((one) => acquireLock(host.context, one)));
    const winners = taken.filter((one) => one.status === "fulfilled");
    assert.equal(winners.length, 1);
    for (const loser of taken.filter((one) => one.status === "rejected")) {
      assert.ok(loser.reason instanceof LockedError);
      assert.match(loser.reason.message, /another run holds the lock: test \(change \d, process/);
    }
  });

  it("may be taken again by the same run for the same change, also several times at once", async () => {
    const mine = await ownRequest(1);
    const first = await acquireLock(host.context, mine);
    const again = await Promise.all([1, 2, 3].map(() => acquireLock(host.context, mine)));
    assert.deepEqual(new Set(again.map((held) => held.token)), new Set([first.token]));
    await assert.rejects(acquireLock(host.context, { ...mine, number: 2 }), LockedError);
  });

  it("is taken by all steps of one run at once, whichever of them makes its container", async () => {
    const mine = await ownRequest(1);
    for (let round = 0; round < 5; round++) {
      const held = await Promise.all(
        [1, 2, 3, 4, 5, 6, 7].map(() => acquireLock(host.context, mine)),
      );
      assert.equal(new Set(held.map(({ token }) => token)).size, 1);
      assert.equal(await releaseLock(host.context, mine), true);
    }
  });

  it("stays with a living run whose container was stopped, and is started again by it", async () => {
    const mine = await ownRequest(1);
    const held = await acquireLock(host.context, mine);
    await host.context.docker.getContainer(held.containerId).kill();
    await assert.rejects(acquireLock(host.context, otherRequest(2)), LockedError);
    await acquireLock(host.context, mine);
    const { State } = await host.context.docker.getContainer(held.containerId).inspect();
    assert.equal(State.Running, true);
  });

  it("passes on when its holder has been killed, to one of those that ask at once", async () => {
    await acquireLock(host.context, otherRequest(1));
    const mine = await ownRequest(2);
    await assert.rejects(acquireLock(host.context, mine), LockedError);
    await endOther();
    assert.equal((await readLock(host.context))?.alive, false);
    const requests = [2, 3, 4].map((number) => ({ ...mine, number }));
    const taken = await Promise.allSettled(requests.map((one) => acquireLock(host.context, one)));
    assert.equal(taken.filter((one) => one.status === "fulfilled").length, 1);
    for (const one of taken) {
      if (one.status === "rejected") assert.ok(one.reason instanceof LockedError);
    }
  });

  it("is not freed by another run, but given up by force, after which another run may take it from a living one", async () => {
    const mine = await ownRequest(1);
    await acquireLock(host.context, mine);
    assert.equal(await releaseLock(host.context, otherRequest(1)), false);
    assert.equal((await breakLock(host.context))?.number, 1);
    await acquireLock(host.context, otherRequest(2));
    await assert.rejects(acquireLock(host.context, mine), LockedError);
  });

  it("of another machine counts as held until its container stops", async () => {
    const held = await acquireLock(host.context, await ownRequest(1));
    const { Config } = await host.context.docker.getContainer(held.containerId).inspect();
    await breakLock(host.context);
    const container = await host.context.docker.createContainer({
      name: ownName(host.context, "lock"),
      Image: host.context.helperImage,
      Entrypoint: ["tail"],
      Cmd: ["-f", "/dev/null"],
      Labels: { ...Config.Labels, "motovaultpro.lock.host": "elsewhere" },
    });
    await container.start();
    await assert.rejects(acquireLock(host.context, await ownRequest(1)), LockedError);
    await container.kill();
    await acquireLock(host.context, await ownRequest(1));
  });

  it("says which image is missing", async () => {
    const context = { ...host.context, helperImage: "motovaultpro-rollback/no-such-image:1" };
    await assert.rejects(
      acquireLock(context, await ownRequest(1)),
      /helper image "motovaultpro-rollback\/no-such-image:1" is not on this Docker host/,
    );
  });

  async function ownRequest(number: number): Promise<LockRequest> {
    return { holder: "test", number, ...(await thisProcess()) };
  }

  function otherRequest(number: number): LockRequest {
    const pid = other.pid ?? 0;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const found = parseStat(pid, readFileSync(`/proc/${pid}/stat`, "utf8"), boot);
    assert.ok(found !== null);
    return { holder: "other", number, pid, startTime: found.startTime };
  }

  async function endOther(): Promise<void> {
    if (other.exitCode !== null || other.signalCode !== null) return;
    const ended = once(other, "exit");
    other.kill("SIGKILL");
    await ended;
  }
});
