import { placeOf } from "../application/topologies";
import type { Service, Topology } from "../application/topology";
import type { Observed } from "../model/observed";
import { overwrites } from "../model/source";
import type { Wanted } from "../model/wanted";
import type { Problem } from "../problem";

/** What a topology takes from somebody else and cannot have, or cannot have while the other side stands beside it. */
export function externalProblems(
  topology: Topology,
  volumes: Wanted["volumes"],
  observed: Pick<Observed, "networks" | "volumes">,
  outgoing: Topology | null,
): readonly Problem[] {
  return [
    ...missingNetworks(topology, observed),
    ...missingVolumes(topology, volumes, observed),
    ...(outgoing === null ? [] : sharedNames(topology, outgoing)),
  ];
}

function missingNetworks(
  { externalNetworks }: Topology,
  { networks }: Pick<Observed, "networks">,
): readonly Problem[] {
  return externalNetworks
    .filter(({ dockerName }) => !networks.includes(dockerName))
    .map(({ name, dockerName }) => ({
      subject: `networks.${name}`,
      what: `"${dockerName}" is external, and no such network is on this host`,
      advice: [`make it: docker network create ${dockerName}`],
    }));
}

function missingVolumes(
  { volumes: all }: Topology,
  chosen: Wanted["volumes"],
  { volumes }: Pick<Observed, "volumes">,
): readonly Problem[] {
  return all
    .filter((volume) => volume.kind === "volume" && volume.external === true)
    .filter((volume) => !volumes.includes(placeOf(volume)))
    .filter(({ name }) => !overwrites(chosen[name]?.source ?? "existing"))
    .map((volume) => ({
      subject: `volumes.${volume.name}`,
      what: `"${placeOf(volume)}" is external, and no such volume is on this host`,
      advice: [`make it: docker volume create ${placeOf(volume)}`],
    }));
}

/** By one name on one network both would be found, turn by turn. */
function sharedNames(incoming: Topology, outgoing: Topology): readonly Problem[] {
  return incoming.externalNetworks.flatMap(({ name, dockerName }) => {
    const other = outgoing.externalNetworks.find((each) => each.dockerName === dockerName);
    if (other === undefined) return [];
    const taken = new Set(namesOn(outgoing, other.name));
    const shared = namesOn(incoming, name).filter((each) => taken.has(each));
    return shared.length === 0
      ? []
      : [
          {
            subject: `networks.${name}`,
            what: `"${dockerName}" is external, and both sides would be found on it as ${shared.join(", ")} while they stand beside each other`,
            advice: ["take those services off that network on one side, or rename them there"],
          },
        ];
  });
}

/** Every name under which a service is found on a network. */
function namesOn({ services }: Topology, network: string): readonly string[] {
  return services.flatMap(({ name, networks }: Service) =>
    networks.filter((use) => use.name === network).flatMap(({ aliases }) => [name, ...aliases]),
  );
}
