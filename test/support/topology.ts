import assert from "node:assert/strict";
import type { Service, Topology } from "../../plan/application/topology";

/** The service of that name; the failure names those that are there. */
export function serviceOf(topology: Topology, name: string): Service {
  const service = topology.services.find((candidate) => candidate.name === name);
  assert.ok(service, `${name} is not in ${names(topology).join(", ")}`);
  return service;
}

/** Unprefixed container names, in the topology's order. */
export function names(topology: Topology): string[] {
  return topology.services.map((service) => service.name);
}
