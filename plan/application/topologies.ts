import { type Side, type Sides, storesOf } from "./application";
import {
  counterpartOf,
  type Description,
  type Effect,
  phaseNumbers,
  serviceCounterparts,
} from "./description";
import type { GovernedVolume, Service, StackName, Topology, VolumeMount } from "./topology";

/**
 * Services, networks and volumes with the given phases rolled back: each phase's effect brings back its part, the union wins. None
 * gives the simplified side, all of them the earlier one.
 */
export function topologyOf(application: Sides, rolledBackPhases: readonly number[]): Topology {
  const effects = effectsOf(application.description, rolledBackPhases);
  const networksOf = sideOf(effects.some(({ whole, networks }) => whole ?? networks ?? false));
  const members = servicesFor(application, effects);
  const names = new Set(members.map((service) => service.name));
  const counterparts = serviceCounterparts(application.description);
  const asObjects = effects.some(({ documentsAsObjects }) => documentsAsObjects ?? false);
  const services = members
    .map((service) => placed(application.description, service, networksOf))
    .map((service) => withDocuments(application, service, asObjects))
    .map((service) => withNeighbours(service, names, counterparts));
  return {
    services,
    networks: application.sides[networksOf].networks,
    volumes: volumesOf(storesOf(application.description), services),
  };
}

/** The service with the host ports; every topology has exactly one. */
export function edgeOf(topology: Topology): Service {
  const edge = topology.services.find((service) => service.startPolicy === "edge");
  if (edge === undefined) throw new Error("the topology has no edge");
  return edge;
}

/** The stacks are the two ends of one scale: everything rolled back, or nothing. */
export function phasesOfStack(phases: readonly number[], stack: StackName): readonly number[] {
  return stack === "pre-simplification" ? phases : [];
}

/** The two ends of the scale. */
export function endsOf(application: Sides): Readonly<Record<StackName, Topology>> {
  const end = (stack: StackName): Topology =>
    topologyOf(application, phasesOfStack(phaseNumbers(application.description), stack));
  return { "pre-simplification": end("pre-simplification"), simplified: end("simplified") };
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

function effectsOf({ phases }: Description, rolledBack: readonly number[]): readonly Effect[] {
  return phases.flatMap(({ number, effect }) =>
    effect !== null && rolledBack.includes(number) ? [effect] : [],
  );
}

function sideOf(earlier: boolean): StackName {
  return earlier ? "pre-simplification" : "simplified";
}

function servicesFor(
  { sides, description }: Sides,
  effects: readonly Effect[],
): readonly Service[] {
  const { "pre-simplification": earlier, simplified } = sides;
  if (effects.some(({ whole }) => whole)) return earlier.services;
  const back = effects.flatMap(({ services }) => services?.back ?? []);
  const replaced = effects.flatMap(({ services }) => services?.instead ?? []);
  const kept = simplified.services.filter(({ name }) => !replaced.includes(name));
  return [
    ...kept.map((service) => withVolumes(description, service, effects)),
    ...earlier.services.filter(({ name }) => back.includes(name)),
  ];
}

/** A service whose volume's counterpart is back writes that one again. */
function withVolumes(
  { counterparts }: Description,
  service: Service,
  effects: readonly Effect[],
): Service {
  const back = effects
    .flatMap(({ volumes }) => volumes ?? [])
    .filter((effect) => effect.service === service.name)
    .map(({ volume }) => volume);
  const earlierOf = (mounted: string): string =>
    back.find((earlier) => counterparts.volumes[earlier] === mounted) ?? mounted;
  return {
    ...service,
    volumes: service.volumes.map((mount) => ({ ...mount, volume: earlierOf(mount.volume) })),
  };
}

function placed({ placements }: Description, service: Service, side: StackName): Service {
  return { ...service, networks: placements[side][service.name] ?? service.networks };
}

/** The backend's store follows its code, not the topology: objects where that code is back, else the folder. */
function withDocuments(
  { description, sides }: Sides,
  service: Service,
  asObjects: boolean,
): Service {
  const { backend, objectStore } = description.roles;
  if (backend === undefined || objectStore === undefined) return service;
  const names = [backend, counterpartOf(description, backend)];
  if (!names.includes(service.name)) return service;
  const folders = documentFolders(description, sides.simplified, names);
  const without = {
    dependsOn: service.dependsOn.filter((name) => name !== objectStore),
    volumes: service.volumes.filter(
      ({ volume }) => !folders.some((folder) => folder.volume === volume),
    ),
  };
  return asObjects
    ? { ...service, ...without, dependsOn: [...without.dependsOn, objectStore] }
    : { ...service, ...without, volumes: [...without.volumes, ...folders] };
}

/** Where the simplified backend has its folders of documents. */
function documentFolders(
  { stores }: Description,
  { services }: Side,
  backends: readonly (string | undefined)[],
): readonly VolumeMount[] {
  return services
    .filter(({ name }) => backends.includes(name))
    .flatMap(({ volumes }) => volumes.filter(({ volume }) => stores[volume] === "documents"));
}

/** Lets code of either side find its services, whichever of the two names they run under. */
function withNeighbours(
  service: Service,
  names: ReadonlySet<string>,
  counterparts: ReadonlyMap<string, string>,
): Service {
  const other = counterparts.get(service.name);
  const standingFor = (name: string): readonly string[] => {
    const found = [name, counterparts.get(name)].find(
      (each) => each !== undefined && names.has(each),
    );
    return found === undefined ? [] : [found];
  };
  return {
    ...service,
    aliases: other === undefined || names.has(other) ? [] : [other],
    dependsOn: service.dependsOn.flatMap(standingFor),
  };
}

function volumesOf(
  stores: readonly GovernedVolume[],
  services: readonly Service[],
): Topology["volumes"] {
  const used = new Set(services.flatMap((service) => service.volumes.map((mount) => mount.volume)));
  return stores.filter((volume) => used.has(volume.name));
}
