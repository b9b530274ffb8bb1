import assert from "node:assert/strict";
import type { Service, Topology } from "../../plan/application/topology";
import type { ChangeRequest, Wanted } from "../../plan/model/wanted";

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

/** A topology whose names on Docker have a prefix, so that it can stand beside others on one host. */
export function withPrefix(topology: Topology, prefix: string): Topology {
  return {
    ...topology,
    services: topology.services.map((service) => ({
      ...service,
      containerName: `${prefix}${service.containerName}`,
    })),
    networks: topology.networks.map((network) => ({
      ...network,
      dockerName: `${prefix}${network.dockerName}`,
    })),
    volumes: topology.volumes.map((volume) =>
      volume.kind === "folder"
        ? volume
        : { ...volume, dockerName: `${prefix}${volume.dockerName}` },
    ),
  };
}

/** A change between topologies with a prefix. */
export function requestWithPrefix(request: ChangeRequest, prefix: string): ChangeRequest {
  const side = (wanted: Wanted): Wanted => ({
    ...wanted,
    topology: withPrefix(wanted.topology, prefix),
  });
  const { live, wanted, outgoingEdge } = request;
  return {
    ...request,
    live: live === null ? null : side(live),
    wanted: side(wanted),
    outgoingEdge: outgoingEdge === null ? null : `${prefix}${outgoingEdge}`,
  };
}
