import assert from "node:assert/strict";
import type { Service, Topology } from "../../plan/application/topology";

/** The service of that name; the failure names those that are there. */
export function serviceOf(topology: Topology, name: string): Service {
  const service = topology.services.find((candidate) => candidate.name === name);
  assert.ok(service, `${name} is not in ${names(topology).join(", ")}`);
  return service;
}

/** Docker's names of the networks that a service is on. */
export function networksOf(topology: Topology, { networks }: Service): readonly string[] {
  return networks.map(({ name }) => {
    const network = topology.networks.find((candidate) => candidate.name === name);
    assert.ok(network, name);
    return network.dockerName;
  });
}

/** Every name under which others find a service. */
export function knownAs({ name, networks }: Service): readonly string[] {
  return [...new Set([name, ...networks.flatMap(({ aliases }) => aliases)])];
}

/** Service names, in the topology's order. */
export function names(topology: Topology): string[] {
  return topology.services.map((service) => service.name);
}
