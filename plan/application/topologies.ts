import { EARLIER_NETWORKS, SIMPLIFIED_NETWORKS } from "./networks";
import { SIMPLIFIED_SERVICES } from "./services-after";
import { EARLIER_SERVICES } from "./services-before";
import type { Service, StackName, Topology } from "./topology";
import { allGovernedVolumes, DOCUMENTS_FOLDER } from "./volumes";

export { allGovernedVolumes, DOCUMENTS_FOLDER } from "./volumes";

/** Unprefixed name of each stack's edge; a running one tells which side is live. */
export const EDGE_NAMES: Readonly<Record<StackName, string>> = {
  "pre-simplification": "traefik",
  simplified: "mvp-traefik",
};

/** Numbers of the phases that a full rollback takes back. */
export const ALL_PHASES: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** Every path of a release that some container of either side mounts. */
export const releaseMountPaths: readonly string[] = [
  ...new Set(
    [...EARLIER_SERVICES, ...SIMPLIFIED_SERVICES].flatMap(({ mounts }) =>
      mounts.map(({ path }) => path),
    ),
  ),
];

/** Services that do the same in both topologies, by their names before and after. */
const COUNTERPARTS: readonly (readonly [before: string, after: string])[] = [
  ["traefik", "mvp-traefik"],
  ["admin-frontend", "mvp-frontend"],
  ["admin-backend", "mvp-backend"],
  ["admin-postgres", "mvp-postgres"],
  ["admin-redis", "mvp-redis"],
  ["mvp-platform-vehicles-api", "mvp-platform"],
];

const OBJECT_STORE = "admin-minio";
const VEHICLES_PART = /^mvp-platform-vehicles-/;

/** Where simplified services stand when only the five networks are back (phase 5). */
const ON_EARLIER_NETWORKS: Readonly<Record<string, readonly string[]>> = {
  "mvp-traefik": ["admin_frontend", "admin_backend"],
  "mvp-frontend": ["admin_frontend"],
  "mvp-backend": EARLIER_NETWORKS.map((network) => network.name),
  "mvp-postgres": ["admin_database"],
  "mvp-redis": ["admin_database"],
  "mvp-platform": ["admin_backend", "admin_platform", "admin_database"],
};

/** Where earlier services stand when they are back (phases 3 and 8) on the three networks. */
const ON_SIMPLIFIED_NETWORKS: Readonly<Record<string, readonly string[]>> = {
  "admin-minio": ["motovaultpro_backend"],
  "mvp-platform-vehicles-api": ["motovaultpro_backend", "motovaultpro_database"],
  "mvp-platform-vehicles-db": ["motovaultpro_database"],
  "mvp-platform-vehicles-redis": ["motovaultpro_database"],
  "mvp-platform-vehicles-etl": ["motovaultpro_database", "motovaultpro_backend"],
};

/**
 * Services, networks and volumes with the given phases rolled back. Phase 1 brings the whole earlier topology;
 * 3, 5, 7 and 8 only their part; the union wins. None gives the simplified topology, all 11 the earlier one.
 */
export function topologyFor(rolledBackPhases: readonly number[]): Topology {
  const phases = new Set(rolledBackPhases);
  const key = [...phases].sort((one, other) => one - other).join();
  const topology = known.get(key) ?? made(phases);
  known.set(key, topology);
  return topology;
}

/** A plan asks for the same few of them again and again. */
const known = new Map<string, Topology>();

function made(phases: ReadonlySet<number>): Topology {
  const earlierNetworks = phases.has(1) || phases.has(5);
  const members = servicesFor(phases);
  const names = new Set(members.map((service) => service.name));
  const services = members
    .map((service) => onNetworks(service, earlierNetworks))
    .map((service) => withDocuments(service, phases))
    .map((service) => withNeighbours(service, names));
  return {
    services,
    networks: earlierNetworks ? EARLIER_NETWORKS : SIMPLIFIED_NETWORKS,
    volumes: volumesOf(services),
  };
}

/** The service with the host ports; every topology has exactly one. */
export function edgeOf(topology: Topology): Service {
  const edge = topology.services.find((service) => service.startPolicy === "edge");
  if (edge === undefined) throw new Error("the topology has no edge");
  return edge;
}

/** The stacks are the two ends of one scale: everything rolled back, or nothing. */
export function phasesOfStack(stack: StackName): readonly number[] {
  return stack === "pre-simplification" ? ALL_PHASES : [];
}

/** The two ends of the scale. */
export function topologyOfStack(stack: StackName): Topology {
  return topologyFor(phasesOfStack(stack));
}

/**
 * Whether the application keeps data in a volume: it has to be part of the topology, and documents are files where the backend has a
 * folder for them, whatever object store stands beside it.
 */
export function usesData({ volumes }: Topology, name: string): boolean {
  const volume = volumes.find((candidate) => candidate.name === name);
  if (volume === undefined) return false;
  return volume.data !== "minio" || !volumes.some(({ data }) => data === "documents");
}

function servicesFor(phases: ReadonlySet<number>): readonly Service[] {
  if (phases.has(1)) return EARLIER_SERVICES;
  const kept = SIMPLIFIED_SERVICES.filter(
    (service) => !(phases.has(8) && service.name === "mvp-platform"),
  );
  const back = EARLIER_SERVICES.filter(
    (service) =>
      (phases.has(3) && service.name === OBJECT_STORE) ||
      (phases.has(8) && VEHICLES_PART.test(service.name)),
  );
  return [...kept.map((service) => withDatabase(service, phases)), ...back];
}

/** Phase 7: the database runs on the earlier volume again. */
function withDatabase(service: Service, phases: ReadonlySet<number>): Service {
  if (service.name !== "mvp-postgres" || !phases.has(7)) return service;
  return {
    ...service,
    volumes: service.volumes.map((mount) => ({ ...mount, volume: "admin_postgres_data" })),
  };
}

function onNetworks(service: Service, earlierNetworks: boolean): Service {
  const elsewhere = earlierNetworks ? ON_EARLIER_NETWORKS : ON_SIMPLIFIED_NETWORKS;
  return { ...service, networks: elsewhere[service.name] ?? service.networks };
}

/** The backend's store follows its code, not the topology: MinIO with phase 3 rolled back, else the folder. */
function withDocuments(service: Service, phases: ReadonlySet<number>): Service {
  if (service.image.kind !== "built" || service.image.image !== "backend") return service;
  const others = service.dependsOn.filter((name) => name !== OBJECT_STORE);
  if (phases.has(3)) return { ...service, dependsOn: [...others, OBJECT_STORE] };
  const folder = { volume: DOCUMENTS_FOLDER, target: `/app/${DOCUMENTS_FOLDER}` };
  return { ...service, dependsOn: others, volumes: [...service.volumes, folder] };
}

/** Lets code of either side find its services, whichever of the two names they run under. */
function withNeighbours(service: Service, names: ReadonlySet<string>): Service {
  const other = counterpartOf(service.name);
  return {
    ...service,
    aliases: other === undefined || names.has(other) ? [] : [other],
    dependsOn: service.dependsOn.flatMap((name) => standingFor(name, names)),
  };
}

function standingFor(name: string, names: ReadonlySet<string>): readonly string[] {
  return [name, counterpartOf(name)].filter(
    (candidate, index, both): candidate is string =>
      candidate !== undefined &&
      names.has(candidate) &&
      (index === 0 || !names.has(both[0] ?? candidate)),
  );
}

function counterpartOf(name: string): string | undefined {
  const pair = COUNTERPARTS.find((names) => names.includes(name));
  return pair?.find((candidate) => candidate !== name);
}

function volumesOf(services: readonly Service[]): Topology["volumes"] {
  const used = new Set(services.flatMap((service) => service.volumes.map((mount) => mount.volume)));
  return allGovernedVolumes.filter((volume) => used.has(volume.name));
}
