import assert from "node:assert/strict";
import { topologyOf } from "../../plan/compose/topology-of";
import { externalProblems } from "../../plan/staging/external-problems";
import type { Topology } from "../../plan/application/topology";
import type { ComposeModel } from "../../plan/application/compose-model";
import { COMPOSE_FILES, DESCRIPTION } from "../support/application";
import { composeModelOf } from "../support/compose-model";
import { names, serviceOf } from "../support/topology";

type External = Partial<Pick<ComposeModel, "networks" | "volumes">>;

/** A side of the demo where some networks and volumes are somebody else's. */
function sideWith(side: keyof typeof COMPOSE_FILES, external: External): Topology {
  const model = composeModelOf(COMPOSE_FILES[side]);
  const result = topologyOf(
    {
      ...model,
      networks: { ...model.networks, ...external.networks },
      volumes: { ...model.volumes, ...external.volumes },
    },
    DESCRIPTION,
  );
  assert.ok(result.ok);
  return result.topology;
}

const PROXY: External = { networks: { frontend: { name: "proxy", external: true } } };

function problemsOf(
  topology: Topology,
  observed: { readonly networks: readonly string[]; readonly volumes: readonly string[] },
  outgoing: Topology | null = null,
  volumes: Parameters<typeof externalProblems>[1] = {},
): readonly string[] {
  const problems = externalProblems(topology, volumes, observed, outgoing);
  return problems.map(({ subject, what }) => `${subject}: ${what}`);
}

describe("networks and volumes that somebody else makes", () => {
  it("are used under their names, and are none of the side's own", () => {
    const topology = sideWith("simplified", {
      ...PROXY,
      volumes: { mvp_redis_data: { name: "cache", external: true } },
    });
    assert.deepEqual(topology.externalNetworks, [{ name: "frontend", dockerName: "proxy" }]);
    assert.deepEqual(
      topology.networks.map(({ name }) => name),
      ["backend", "database"],
    );
    const cache = topology.volumes.find(({ name }) => name === "mvp_redis_data");
    assert.ok(cache?.kind === "volume");
    assert.deepEqual([cache.dockerName, cache.external], ["cache", true]);
  });

  it("have no service under the name of its counterpart, which may be there itself", () => {
    const { networks } = serviceOf(sideWith("simplified", PROXY), "mvp-frontend");
    const aliases = networks.find(({ name }) => name === "frontend")?.aliases;
    assert.deepEqual(aliases, []);
    const own = serviceOf(sideWith("simplified", {}), "mvp-frontend").networks[0]?.aliases;
    assert.deepEqual(own, ["admin-frontend"]);
  });

  it("have to be there, unless a backup brings the volume back", () => {
    const topology = sideWith("simplified", {
      ...PROXY,
      volumes: { mvp_redis_data: { name: "cache", external: true } },
    });
    const missing = [
      'networks.frontend: "proxy" is external, and no such network is on this host',
      'volumes.mvp_redis_data: "cache" is external, and no such volume is on this host',
    ];
    assert.deepEqual(problemsOf(topology, { networks: [], volumes: [] }), missing);
    assert.deepEqual(problemsOf(topology, { networks: ["proxy"], volumes: ["cache"] }), []);
    const restored = { mvp_redis_data: { source: "backup:b", number: 1 } };
    const observed = { networks: ["proxy"], volumes: [] };
    assert.deepEqual(problemsOf(topology, observed, null, restored), []);
  });

  it("cannot have a service of each side under one name at once", () => {
    const observed = { networks: ["proxy"], volumes: [] };
    const [incoming, outgoing] = [sideWith("earlier", PROXY), sideWith("simplified", PROXY)];
    assert.deepEqual(problemsOf(incoming, observed, outgoing), []);
    const services = outgoing.services.map((service) =>
      service.name === "mvp-frontend"
        ? { ...service, networks: [{ name: "frontend", aliases: ["admin-frontend"] }] }
        : service,
    );
    assert.ok(names(incoming).includes("admin-frontend"));
    assert.deepEqual(problemsOf(incoming, observed, { ...outgoing, services }), [
      'networks.frontend: "proxy" is external, and both sides would be found on it as admin-frontend while they stand beside each other',
    ]);
  });
});
