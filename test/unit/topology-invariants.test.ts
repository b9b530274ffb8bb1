import assert from "node:assert/strict";
import fc from "fast-check";
import { edgeOf } from "../../plan/application/topologies";
import { ALL_PHASES, topologyFor } from "../support/application";
import type { Topology } from "../../plan/application/topology";
import { knownAs, names, networksOf, serviceOf } from "../support/topology";

const COUNTERPARTS = [
  ["traefik", "mvp-traefik"],
  ["admin-frontend", "mvp-frontend"],
  ["admin-backend", "mvp-backend"],
  ["admin-postgres", "mvp-postgres"],
  ["admin-redis", "mvp-redis"],
  ["mvp-platform-vehicles-api", "mvp-platform"],
] as const;

describe("topologyFor over all 2^11 combinations", () => {
  for (const [statement, holds] of invariants()) {
    it(statement, () => {
      for (const phases of everyCombination()) holds(topologyFor(phases), phases);
    });
  }

  it("does not depend on the order or the repetition of the phases", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 11 })), (phases) => {
        const ascending = [...new Set(phases)].sort((a, b) => a - b);
        assert.deepEqual(topologyFor(phases), topologyFor(ascending));
      }),
    );
  });
});

type Invariant = readonly [
  statement: string,
  holds: (topology: Topology, phases: readonly number[]) => void,
];

function invariants(): readonly Invariant[] {
  return [
    [
      "every network and volume that a service names exists, and none is unused",
      (topology) => {
        const networks = topology.services.flatMap((service) => networksOf(topology, service));
        const volumes = topology.services.flatMap((service) =>
          service.volumes.map((mount) => mount.volume),
        );
        assert.deepEqual(
          new Set(networks),
          new Set(topology.networks.map(({ dockerName }) => dockerName)),
        );
        assert.deepEqual(new Set(volumes), new Set(topology.volumes.map(({ name }) => name)));
      },
    ],
    [
      "no name and no alias stands twice",
      (topology) => {
        const known = topology.services.flatMap(knownAs);
        for (const all of [
          known,
          topology.networks.map(({ name }) => name),
          topology.volumes.map(({ name }) => name),
        ])
          assert.equal(new Set(all).size, all.length, all.join(", "));
      },
    ],
    [
      "exactly one service, the edge, owns each host port",
      (topology) => {
        assert.deepEqual(
          topology.services.filter((service) => service.ports.length > 0),
          [edgeOf(topology)],
        );
        assert.deepEqual(
          edgeOf(topology).ports.map(({ host }) => host),
          [80, 443, 8080],
        );
      },
    ],
    ["the dependency graph has no cycle and no open end", assertAcyclic],
    [
      "no volume is mounted by two services",
      (topology) => {
        const mounted = topology.services.flatMap(({ volumes }) => volumes.map((v) => v.volume));
        assert.equal(new Set(mounted).size, mounted.length);
      },
    ],
    [
      "code of either side finds its services by name",
      (topology) => {
        const known = topology.services.flatMap(knownAs);
        for (const pair of COUNTERPARTS) {
          for (const name of pair) assert.ok(known.includes(name), name);
        }
      },
    ],
    [
      "whoever depends on a service shares a network with it",
      (topology) => {
        for (const service of topology.services) {
          for (const needed of service.dependsOn) {
            const own = networksOf(topology, service);
            const shared = networksOf(topology, serviceOf(topology, needed)).filter((network) =>
              own.includes(network),
            );
            assert.notEqual(shared.length, 0, `${service.name} → ${needed}`);
          }
        }
      },
    ],
    [
      "the edge stands on a network that is not internal, so that its ports are published",
      (topology) => {
        const open = topology.networks.filter((network) => !network.internal).map((n) => n.name);
        assert.ok(edgeOf(topology).networks.some((network) => open.includes(network.name)));
      },
    ],
    [
      "the backend has the documents folder exactly when phase 3 is not rolled back, else a MinIO",
      (topology, phases) => {
        const backend = topology.services.find(
          ({ image }) => image.kind === "built" && image.name === "backend",
        );
        const folder = backend?.volumes.some((mount) => mount.volume === "data/documents");
        assert.equal(folder, !phases.includes(3));
        if (phases.includes(3)) assert.ok(names(topology).includes("admin-minio"));
      },
    ],
  ];
}

function everyCombination(): number[][] {
  return Array.from({ length: 2 ** ALL_PHASES.length }, (_, bits) =>
    ALL_PHASES.filter((phase) => (bits & (1 << (phase - 1))) !== 0),
  );
}

function assertAcyclic(topology: Topology): void {
  const finished = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    assert.ok(!path.includes(name), [...path, name].join(" → "));
    if (finished.has(name)) return;
    for (const needed of serviceOf(topology, name).dependsOn) visit(needed, [...path, name]);
    finished.add(name);
  };
  for (const name of names(topology)) visit(name, []);
}
