import { deepEqual, equal, ok } from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import type Docker from "dockerode";
import { readNotes } from "../../change/carry/notes";
import { CarryWindow } from "../../change/carry/window";
import { dockerName } from "../../host/context";
import { inspectContainer } from "../../host/docker/containers";
import { statePath } from "../../host/state-directory";
import type { GovernedVolume } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";
import { settingsFor } from "../support/model-settings";
import { earlierSide, requestOf } from "../support/plans";
import { DataHost } from "./data-host";

const FROM = "admin_redis_data";
const TO = "mvp_redis_data";
const LEAVING = [
  "admin-redis",
  "admin-backend",
  "mvp-platform-tenants",
  "mvp-platform-vehicles-api",
  "mvp-platform-vehicles-etl",
];
const ENTERING = ["mvp-redis", "mvp-backend", "mvp-platform"];
const NEVER = -1;

describe("the window in which data is carried, on containers that do nothing", () => {
  let host: DataHost;
  let from: GovernedVolume;
  let to: GovernedVolume;
  let request: ChangeRequest;

  before(async () => {
    host = await DataHost.make();
    from = await host.volume(FROM, "redis");
    to = await host.volume(TO, "redis");
    request = carrying();
    await mkdir(statePath.record(host.context, request.number), { recursive: true });
    for (const name of [...LEAVING, ...ENTERING]) await make(name);
  });
  after(async () => {
    await host.remove();
  });
  beforeEach(async () => {
    for (const name of LEAVING) await container(name).start().catch(already);
  });

  const container = (name: string) =>
    host.context.docker.getContainer(dockerName(host.context, name));
  const window = async () => {
    const opened = await CarryWindow.of(host.context, request, () => undefined);
    ok(opened);
    return opened;
  };
  const write = (text: string) => host.onVolume(from, `echo ${text} > /volume/dump.rdb`);
  const carried = () => host.onVolume(to, "cat /volume/dump.rdb");
  const noted = () => readNotes(host.context, request.number);

  it("fails: exactly what ran runs again, and nothing counts as carried", async () => {
    await container("mvp-platform-tenants").stop();
    await write("one");
    const failing = await window();
    await failing.ahead();
    await failing.open(undefined, NEVER);
    await failing.run();
    equal(await carried(), "one\n");
    deepEqual(await running(), ENTERING);

    let served = false;
    await failing.goBack(async () => {
      served = true;
      deepEqual((await noted()).carried, null);
      deepEqual(await running(LEAVING), without("mvp-platform-tenants"));
      await Promise.resolve();
    });
    ok(served);
    const { attempts, openedAt, ran } = await noted();
    deepEqual({ attempts, openedAt, ran }, { attempts: 1, openedAt: null, ran: [] });
  });

  it("carries anew what was written since, and once only, though it is killed after it", async () => {
    await write("two");
    await (await window()).ahead();
    const killed = await window();
    await killed.open("edge", NEVER);
    await killed.run();
    equal(await carried(), "two\n");

    // Not what happens: it shows that nothing is carried any more.
    await write("three");
    const again = await window();
    deepEqual(again.carried.length, 1);
    await again.ahead();
    deepEqual((await again.open(undefined, NEVER)).oldEdge, "edge");
    await again.run();
    equal(await carried(), "two\n");
    deepEqual(await running(), ENTERING);
    equal((await noted()).attempts, 2);
  });

  it("carries anew when somebody has started the old side again before the new one ever served", async () => {
    await write("four");
    const again = await window();
    await again.ahead();
    await again.open(undefined, NEVER);
    await again.run();
    equal(await carried(), "four\n");
    deepEqual(await running(), ENTERING);
  });

  it("never carries again once the new edge was started", async () => {
    await write("five");
    const again = await window();
    await again.open(undefined, Date.now());
    await again.run();
    equal(await carried(), "four\n");
    await again.served(1234);
    equal(await (await window()).servedSince(Date.now()), 1234);
  });

  async function make(name: string): Promise<void> {
    const volume = { "admin-redis": from, "mvp-redis": to }[name];
    const created: Docker.Container = await host.context.docker.createContainer({
      name: dockerName(host.context, name),
      Image: host.context.helperImage,
      Entrypoint: ["sleep", "infinity"],
      StopSignal: "SIGKILL",
      HostConfig: {
        Mounts: volume
          ? [{ Type: "volume", Source: dockerName(host.context, volume.name), Target: "/data" }]
          : [],
      },
    });
    await created.start();
  }

  async function running(names: readonly string[] = [...LEAVING, ...ENTERING]): Promise<string[]> {
    const found = await Promise.all(
      names.map((name) => inspectContainer(host.context, dockerName(host.context, name))),
    );
    return names.filter((_, index) => found[index]?.State.Running);
  }
});

/** A switch to the simplified side that carries one volume. */
function carrying(): ChangeRequest {
  const request = requestOf(settingsFor("simplified"), earlierSide().observed());
  const chosen = request.wanted.volumes[TO];
  ok(chosen);
  return { ...request, wanted: { ...request.wanted, volumes: { [TO]: chosen } } };
}

function without(name: string): string[] {
  return LEAVING.filter((other) => other !== name);
}

/** Docker says that there was nothing to do. */
function already(error: unknown): void {
  if (!(error instanceof Error && "statusCode" in error && error.statusCode === 304)) throw error;
}
