import assert from "node:assert/strict";
import type { Service } from "../../plan/application/topology";
import type { Observed } from "../../plan/model/observed";
import type { Wanted } from "../../plan/model/wanted";
import { planFor } from "../../plan/run/plan";
import { parkedBy } from "../../plan/staging/park";
import type { ModelHost } from "../support/model-host";
import { settingsFor } from "../support/model-settings";
import { requestOf, simplifiedSide } from "../support/plans";

/** A container that the program had when the record was written, and has no more. */
const FORMER: Service = {
  name: "mvp-former",
  containerName: "mvp-former",
  role: null,
  port: 80,
  image: { kind: "registry", reference: "redis:7" },
  definition: {},
  networks: [{ name: "database", aliases: [] }],
  mounts: [],
  volumes: [{ volume: "admin_redis_data", target: "/data" }],
  hostMounts: [],
  memoryMounts: [],
  anonymousVolumes: [],
  ports: [],
  dependsOn: [],
  startsAfter: [],
  runsOnce: false,
  startPolicy: "ordinary",
  stopSeconds: 10,
};

describe("a record of an older program", () => {
  it("means the containers that it recorded: what is gone since is removed in place", () => {
    const plan = planFor(settingsFor("simplified"), asRecorded(simplifiedSide()));
    assert.ok(plan.ok);
    assert.equal(plan.run, "change");
    assert.equal(plan.request.kind, "inPlace");
    assert.ok(plan.description.includes("containers removed: mvp-former"));
  });

  it("means them on a switch too: one with a volume of both sides is parked", () => {
    const request = requestOf(settingsFor("pre-simplification"), asRecorded(simplifiedSide()));
    assert.ok(parkedBy(request).stopped.includes("mvp-former"));
  });
});

function asRecorded(host: ModelHost): Observed {
  const observed = host.observed();
  const former = (wanted: Wanted): Wanted => ({
    ...wanted,
    topology: { ...wanted.topology, services: [...wanted.topology.services, FORMER] },
  });
  const changes = observed.recorded.changes.map((change) => ({
    ...change,
    request: { ...change.request, wanted: former(change.request.wanted) },
  }));
  return { ...observed, recorded: { ...observed.recorded, changes } };
}
