import { syncedBy, type SyncedPair } from "../model/source";
import { parkedBy } from "../staging/park";
import type { GovernedVolume, Service, Topology } from "../application/topology";
import type { ChangeRequest } from "../model/wanted";

/** A volume of the outgoing side, and the one of the incoming side that shall hold the same. */
export interface SyncedVolumes {
  readonly from: GovernedVolume;
  readonly to: GovernedVolume;
}

/** Documents of an object store on one side, and of a folder on the other. */
export interface SyncedDocuments extends SyncedVolumes {
  /** Service of the object store; it runs while its objects are read or written. */
  readonly objectStore: Service;
  /**
   * False where its container cannot run while its objects are read or written, since in place it does not exist yet, or on a switch its
   * networks were parked: then one is started for this alone.
   */
  readonly storeRuns: boolean;
  /** Whether the second keeps what it has besides. */
  readonly merged: boolean;
}

/** What a change syncs from the outgoing side to the incoming one, and who has to be quiet meanwhile. */
export interface Sync {
  /** Volumes of one kind: made equal entry by entry, while neither side's store runs. */
  readonly volumes: readonly SyncedVolumes[];
  /** Documents between an object store, which runs, and a folder. */
  readonly documents: readonly SyncedDocuments[];
  /** Of the outgoing side: services that write, and the stores of `volumes`. */
  readonly outgoing: Quiet;
  /** Of the incoming side: services that use what is synced, and the stores of `volumes`. */
  readonly incoming: Quiet;
}

export interface Quiet {
  readonly writers: readonly Service[];
  readonly stores: readonly Service[];
}

/** What this change syncs; undefined if nothing. What an earlier change synced stays as it is. */
export function syncOf(request: ChangeRequest): Sync | undefined {
  const { live } = request;
  if (live === null || (request.kind !== "switch" && request.kind !== "inPlace")) return undefined;
  const moved = syncedBy(request.wanted.volumes, request.number).map((pair) =>
    governed(pair, [...live.topology.volumes, ...request.wanted.topology.volumes]),
  );
  if (moved.length === 0) return undefined;
  const volumes = moved.filter(({ from, to }) => from.data === to.data);
  const outgoing = live.topology;
  const incoming = request.wanted.topology;
  const documents = moved
    .filter(({ from, to }) => from.data !== to.data)
    .map((pair) => {
      const objectStore = objectStoreOf(pair, [outgoing, incoming]);
      const storeRuns =
        request.kind === "switch"
          ? has(incoming, objectStore) || !losesNetwork(request, objectStore)
          : has(outgoing, objectStore);
      return { ...pair, objectStore, storeRuns };
    });
  // Of a name that both sides have, the staged one holds it: the other one was stopped and renamed.
  const own = (service: Service): boolean => request.kind === "inPlace" || !has(incoming, service);
  const targets = moved.map(({ to }) => to.name);
  return {
    volumes,
    documents,
    outgoing: {
      writers: writersOf(outgoing).filter(own),
      stores: storesOf(
        outgoing,
        volumes.map(({ from }) => from.name),
      ).filter(own),
    },
    incoming: {
      writers: usersOf(incoming, targets),
      stores: storesOf(
        incoming,
        volumes.map(({ to }) => to.name),
      ),
    },
  };
}

function governed({ from, to, merged }: SyncedPair, volumes: readonly GovernedVolume[]) {
  return { from: volumeNamed(volumes, from), to: volumeNamed(volumes, to), merged };
}

function has(topology: Topology, { name }: Service): boolean {
  return topology.services.some((service) => service.name === name);
}

/** Whether a service of the outgoing side had a network that the staged side has taken over. */
function losesNetwork(request: ChangeRequest, { networks }: Service): boolean {
  const taken = parkedBy(request).networks;
  const outgoing = request.live?.topology.networks ?? [];
  return networks.some(({ name }) =>
    outgoing.some((network) => network.name === name && taken.includes(network.dockerName)),
  );
}

function volumeNamed(volumes: readonly GovernedVolume[], name: string): GovernedVolume {
  const volume = volumes.find((candidate) => candidate.name === name);
  if (volume === undefined) throw new Error(`"${name}" is no volume of either side`);
  return volume;
}

function objectStoreOf({ from, to }: SyncedVolumes, sides: readonly Topology[]): Service {
  const bucket = [from, to].find(({ data }) => data === "minio")?.name ?? "";
  const [store] = sides.flatMap((side) => storesOf(side, [bucket]));
  if (store === undefined) throw new Error(`"${from.name}" cannot become "${to.name}"`);
  return store;
}

/** Databases and the like that have one of the volumes. */
function storesOf(topology: Topology, volumes: readonly string[]): readonly Service[] {
  return topology.services.filter(
    (service) => service.image.kind === "registry" && mounts(service, volumes),
  );
}

/** The application's own services that keep something somewhere; a page or a proxy does not. */
function writersOf(topology: Topology): readonly Service[] {
  return topology.services.filter(
    ({ image, dependsOn, volumes }) =>
      image.kind === "built" && (dependsOn.length > 0 || volumes.length > 0),
  );
}

/** The application's own services that use one of the volumes, themselves or through what they depend on. */
function usersOf(topology: Topology, volumes: readonly string[]): readonly Service[] {
  const byName = new Map(topology.services.map((service) => [service.name, service]));
  const uses = (service: Service): boolean =>
    mounts(service, volumes) ||
    service.dependsOn.some((name) => {
      const needed = byName.get(name);
      return needed !== undefined && uses(needed);
    });
  return writersOf(topology).filter(
    (service) => service.startPolicy === "ordinary" && uses(service),
  );
}

function mounts(service: Service, volumes: readonly string[]): boolean {
  return service.volumes.some((mount) => volumes.includes(mount.volume));
}
