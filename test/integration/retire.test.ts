import assert from "node:assert/strict";
import type Docker from "dockerode";
import { openRecord } from "../../change/records/change";
import { retire } from "../../change/retire/retire";
import { gone } from "../../host/docker/statuses";
import { settingsFor } from "../support/model-settings";
import { requestOf, simplifiedSide } from "../support/plans";
import { requestWithPrefix } from "../support/topology";
import { DataHost } from "./data-host";

const OLD = "mvp-traefik";

describe("what a change leaves behind once its side serves", function () {
  this.timeout("2m");
  let host: DataHost;
  const made: { remove(options?: object): Promise<unknown> }[] = [];

  beforeEach(async () => {
    host = await DataHost.make();
  });
  afterEach(async () => {
    for (const each of made.splice(0).reverse()) await each.remove({ force: true }).catch(gone);
    await host.remove();
  });

  async function network(name: string): Promise<{ id: string; name: string }> {
    const { docker } = host.context;
    const full = host.named(name);
    const created = await docker.createNetwork({ Name: full });
    made.push(created);
    return { id: created.id, name: full };
  }

  async function container(name: string, on: string): Promise<Docker.Container> {
    const created = await host.context.docker.createContainer({
      name: host.named(name),
      Image: host.images.helper,
      Cmd: ["sh", "-c", "trap exit TERM; sleep infinity & wait"],
      HostConfig: { NetworkMode: on },
    });
    made.push(created);
    await created.start();
    return created;
  }

  it("goes, but for a network that something else uses: that one is named, and nothing fails", async () => {
    const [used, free] = [await network("motovaultpro_frontend"), await network("other")];
    const old = await container(OLD, used.id);
    const stranger = await container("stranger", used.id);
    const observed = simplifiedSide().observed();
    const settings = settingsFor("pre-simplification");
    const request = requestWithPrefix(requestOf(settings, observed), host.prefix);
    await openRecord(host.context, request, {
      ...{ outgoingUntracked: null, outgoingBranch: null },
      retire: [{ id: old.id, name: OLD }],
      retireNetworks: [used, free],
    });
    assert.deepEqual(await retire(host.context, request), {
      retired: 1,
      networksInUse: [used.name],
    });
    assert.equal(await old.inspect().catch(gone), null);
    assert.equal((await stranger.inspect()).State.Running, true);
    const names = (await host.context.docker.listNetworks()).map(({ Name }) => Name);
    assert.deepEqual([names.includes(used.name), names.includes(free.name)], [true, false]);
  });
});
