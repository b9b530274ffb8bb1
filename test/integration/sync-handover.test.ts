import { deepEqual, doesNotThrow, equal, ok, throws } from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import type Docker from "dockerode";
import { readNotes } from "../../change/sync/notes";
import { SyncHandover } from "../../change/sync/handover";
import { inspectContainer } from "../../host/docker/containers";
import { statePath } from "../../host/state-directory";
import type { GovernedVolume } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";
import { settingsFor } from "../support/model-settings";
import { earlierSide, requestOf } from "../support/plans";
import { requestWithPrefix } from "../support/topology";
import { DataHost } from "./data-host";

const FROM = "admin_redis_data";
const TO = "mvp_redis_data";
const OUTGOING = [
  "admin-redis",
  "admin-backend",
  "mvp-platform-tenants",
  "mvp-platform-vehicles-api",
  "mvp-platform-vehicles-etl",
];
const INCOMING = ["mvp-redis", "mvp-backend", "mvp-platform"];
const NEVER = -1;

describe("the downtime in which data is synced, on containers that do nothing", () => {
  let host: DataHost;
  let from: GovernedVolume;
  let to: GovernedVolume;
  let request: ChangeRequest;

  before(async () => {
    host = await DataHost.make();
    from = await host.volume(FROM, "redis");
    to = await host.volume(TO, "redis");
    request = requestWithPrefix(syncing(), host.prefix);
    await mkdir(statePath.record(host.context, request.number), { recursive: true });
    for (const name of [...OUTGOING, ...INCOMING]) await make(name);
  });
  after(async () => {
    await host.remove();
  });
  beforeEach(async () => {
    for (const name of OUTGOING) await container(name).start().catch(already);
  });

  const container = (name: string) => host.context.docker.getContainer(host.named(name));
  const handover = async () => {
    const opened = await SyncHandover.of(host.context, request, "documents");
    ok(opened);
    return opened;
  };
  const write = (text: string) => host.onVolume(from, `echo ${text} > /volume/dump.rdb`);
  const synced = () => host.onVolume(to, "cat /volume/dump.rdb");
  const noted = () => readNotes(host.context, request.number);

  it("fails: exactly what ran runs again, and nothing counts as synced", async () => {
    await container("mvp-platform-tenants").stop();
    await write("one");
    const failing = await handover();
    throws(() => {
      failing.refuseUnsynced();
    }, /has not synced the data to it yet: stop that container/);
    await failing.ahead();
    await failing.open(undefined, NEVER);
    await failing.run();
    equal(await synced(), "one\n");
    deepEqual(await running(), INCOMING);

    let served = false;
    await failing.goBack(async () => {
      served = true;
      deepEqual((await noted()).synced, null);
      deepEqual(await running(OUTGOING), without("mvp-platform-tenants"));
      await Promise.resolve();
    });
    ok(served);
    const { attempts, openedAt, ran } = await noted();
    deepEqual({ attempts, openedAt, ran }, { attempts: 1, openedAt: null, ran: [] });
  });

  it("syncs anew what was written since, and once only, though it is killed after it", async () => {
    await write("two");
    await (await handover()).ahead();
    const killed = await handover();
    await killed.open("edge", NEVER);
    await killed.run();
    equal(await synced(), "two\n");

    // Not what happens: it shows that nothing is synced any more.
    await write("three");
    const again = await handover();
    doesNotThrow(() => {
      again.refuseUnsynced();
    });
    deepEqual(again.synced.length, 1);
    await again.ahead();
    deepEqual((await again.open(undefined, NEVER)).oldEdge, "edge");
    await again.run();
    equal(await synced(), "two\n");
    deepEqual(await running(), INCOMING);
    equal((await noted()).attempts, 2);
  });

  it("syncs anew when somebody has started the old side again before the new one ever served", async () => {
    await write("four");
    const again = await handover();
    await again.ahead();
    await again.open(undefined, NEVER);
    await again.run();
    equal(await synced(), "four\n");
    deepEqual(await running(), INCOMING);
  });

  it("never syncs again once the new edge was started", async () => {
    await write("five");
    const again = await handover();
    await again.open(undefined, Date.now());
    await again.run();
    equal(await synced(), "four\n");
    await again.served(1234);
    equal(await (await handover()).servedSince(Date.now()), 1234);
  });

  async function make(name: string): Promise<void> {
    const volume = { "admin-redis": from, "mvp-redis": to }[name];
    const created: Docker.Container = await host.context.docker.createContainer({
      name: host.named(name),
      Image: host.context.helperImage,
      Entrypoint: ["sleep", "infinity"],
      StopSignal: "SIGKILL",
      HostConfig: {
        Mounts: volume
          ? [{ Type: "volume", Source: host.named(volume.name), Target: "/data" }]
          : [],
      },
    });
    await created.start();
  }

  async function running(names: readonly string[] = [...OUTGOING, ...INCOMING]): Promise<string[]> {
    const found = await Promise.all(
      names.map((name) => inspectContainer(host.context, host.named(name))),
    );
    return names.filter((_, index) => found[index]?.State.Running);
  }
});

/** A switch to the simplified side that syncs one volume. */
function syncing(): ChangeRequest {
  const request = requestOf(settingsFor("simplified"), earlierSide().observed());
  const chosen = request.wanted.volumes[TO];
  ok(chosen);
  return { ...request, wanted: { ...request.wanted, volumes: { [TO]: chosen } } };
}

function without(name: string): string[] {
  return OUTGOING.filter((other) => other !== name);
}

/** Docker says that there was nothing to do. */
function already(error: unknown): void {
  if (!(error instanceof Error && "statusCode" in error && error.statusCode === 304)) throw error;
}
