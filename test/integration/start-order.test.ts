import assert from "node:assert/strict";
import type Docker from "dockerode";
import { startInOrder } from "../../change/edge/health";
import { troubleOf } from "../../host/docker/containers";
import { waitFor } from "../../host/docker/wait";
import type { Service } from "../../plan/application/topology";
import { service } from "./checks-fixture";
import { DataHost } from "./data-host";

describe("containers that wait for others", function () {
  this.timeout("1m");
  let host: DataHost;

  beforeEach(async () => {
    host = await DataHost.make();
  });
  afterEach(() => host.remove());

  it("start when what runs once before them has done its work, which is done once only", async () => {
    const setUp = named("admin-redis", { runsOnce: true });
    const user = named("admin-backend", {
      startsAfter: [{ service: setUp.name, until: "completed" }],
    });
    const first = await make(setUp, "sleep 1");
    const second = await make(user, "exec sleep infinity");
    assert.equal(await troubleOf(host.context, setUp), "created");
    await startInOrder(host.context, [user, setUp]);
    const { FinishedAt } = (await first.inspect()).State;
    const { StartedAt } = (await second.inspect()).State;
    assert.ok(StartedAt > FinishedAt, `${StartedAt} is not after ${FinishedAt}`);
    assert.equal(await troubleOf(host.context, setUp), null);

    await second.stop({ t: 0 });
    await startInOrder(host.context, [user, setUp]);
    assert.equal((await first.inspect()).State.FinishedAt, FinishedAt);
    assert.equal((await second.inspect()).State.Running, true);
  });

  it("start when another one is healthy", async () => {
    const store = named("admin-redis");
    const user = named("admin-backend", {
      startsAfter: [{ service: store.name, until: "healthy" }],
    });
    const Healthcheck = { Test: ["CMD", "test", "-e", "/tmp/ready"], Interval: 1e9 };
    await make(store, "sleep 1; touch /tmp/ready; exec sleep infinity", { Healthcheck });
    const second = await make(user, "exec sleep infinity");
    const starting = startInOrder(host.context, [user, store]);
    const [before] = await Promise.all([troubleOf(host.context, user), starting]);
    assert.equal(before, "created");
    assert.equal((await second.inspect()).State.Running, true);
  });

  it("are not well where what they wait for has failed, and it is said how", async () => {
    const setUp = named("admin-redis", { runsOnce: true });
    const failing = await make(setUp, "exit 3");
    await failing.start();
    await failing.wait();
    assert.equal(await troubleOf(host.context, setUp), "exited with 3");
  });

  it("are not well while they end again and again, though Docker starts them each time", async () => {
    const crashing = named("admin-redis");
    const RestartPolicy = { Name: "always" };
    const container = await make(crashing, "sleep 0.2; exit 1", {}, { RestartPolicy });
    await container.start();
    await waitFor(
      async () => {
        const { State, RestartCount } = await container.inspect();
        return RestartCount > 0 && State.Running && !State.Restarting
          ? { done: true, value: null }
          : { done: false, state: State.Status };
      },
      { deadlineMs: 20_000, intervalMs: 20, message: "it to run once more" },
    );
    assert.equal(await troubleOf(host.context, crashing), "ending again and again");
  });

  function named(name: string, changes: Partial<Service> = {}): Service {
    return service(name, { ...changes, containerName: host.named(name) });
  }

  async function make(
    { containerName }: Service,
    script: string,
    more: Docker.ContainerCreateOptions = {},
    HostConfig: Docker.HostConfig = {},
  ): Promise<Docker.Container> {
    return host.context.docker.createContainer({
      name: containerName,
      Image: host.context.helperImage,
      Entrypoint: ["/bin/bash", "-c", script],
      StopSignal: "SIGKILL",
      ...more,
      HostConfig,
    });
  }
});
