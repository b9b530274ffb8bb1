import type { Service } from "../application/topology";
import type { ChangeRequest } from "../model/wanted";

/** What of the live side cannot stand beside what a switch stages, as Docker knows it. */
export interface Parked {
  /** Containers of a name that both sides have: stopped and renamed, never removed. */
  readonly renamed: readonly string[];
  /** Further containers that have a volume or a network that both sides have: stopped. */
  readonly stopped: readonly string[];
  /** Networks that both sides have. */
  readonly networks: readonly string[];
}

/**
 * What is parked on a switch from a side with phases rolled back: two databases on one volume lose rows, and a name stands for one
 * container or network only (document: full rollback, step 1).
 */
export function parkedBy(request: ChangeRequest): Parked {
  const { kind, live } = request;
  if (kind !== "switch" || live === null) return { renamed: [], stopped: [], networks: [] };
  const outgoing = live.topology;
  const incoming = request.wanted.topology;
  const names = new Set(incoming.services.map(({ containerName }) => containerName));
  const taken = new Set(incoming.networks.map(({ dockerName }) => dockerName));
  const shared = outgoing.networks.filter(({ dockerName }) => taken.has(dockerName));
  const sharedNames = namesOf(shared);
  const volumes = namesOf(incoming.volumes);
  const renamed = outgoing.services.filter(({ containerName }) => names.has(containerName));
  const stopped = outgoing.services.filter(
    (service) =>
      !names.has(service.containerName) &&
      (hasOne(service, volumes) || service.networks.some(({ name }) => sharedNames.has(name))),
  );
  return {
    renamed: renamed.map(({ containerName }) => containerName),
    stopped: stopped.map(({ containerName }) => containerName),
    networks: shared.map(({ dockerName }) => dockerName),
  };
}

/**
 * Databases and the like that a change in place removes, while a service of another name takes over a volume of theirs. They have to
 * have stopped before that one starts: Pulumi removes what is gone only after it has created what is new.
 */
export function displacedBy(request: ChangeRequest): readonly Service[] {
  const { kind, live } = request;
  if (kind !== "inPlace" || live === null) return [];
  const incoming = request.wanted.topology;
  const names = namesOf(incoming.services);
  const volumes = namesOf(incoming.volumes);
  return live.topology.services.filter(
    (service) =>
      service.image.kind === "registry" && !names.has(service.name) && hasOne(service, volumes),
  );
}

/** Whether a change stops something of the live side before it stages its own. */
export function parks(request: ChangeRequest): boolean {
  const { renamed, stopped } = parkedBy(request);
  return renamed.length + stopped.length > 0;
}

/**
 * Whether something was parked for a change that is aborted and can simply run again: not where a network of it is gone, or something has been
 * written to what it keeps. Then its stack's next `up` brings it back.
 */
export function canUnpark(request: ChangeRequest, written: readonly string[]): boolean {
  const { networks } = parkedBy(request);
  if (request.live === null || !parks(request) || networks.length > 0) return false;
  const kept = namesOf(request.live.topology.volumes);
  return written.every((volume) => !kept.has(volume));
}

function hasOne({ volumes }: Service, names: ReadonlySet<string>): boolean {
  return volumes.some(({ volume }) => names.has(volume));
}

function namesOf(named: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(named.map(({ name }) => name));
}
