import type { Document } from "yaml";
import { stackOfSide } from "../../application/topology";
import { counterpartOf } from "../../application/description";
import { isMapping, type Mapping, mappingOf } from "../../mapping";
import { sameData } from "../../same-data";
import { copyPair, copySection } from "./copy";
import type { Member } from "./members";
import type { Merging } from "./merging";
import { contentOf } from "./sections";
import { entryOf, serviceOf } from "./sources";

/** Networks of a service by their keys, each with its options; null where it has none. */
type Uses = Readonly<Record<string, Mapping | null>>;

/** On which every service is that names no other; no file has to declare it. */
const DEFAULT = "default";

/**
 * A service stands on its own networks if they are its side's, else where the description places it, or where its counterpart stands
 * (document: phase 5). Code of either side finds it: it is also called what its counterpart is called, where that is not there.
 *
 * @throws Error when the description places it on a network that the side does not have.
 */
export function withNetworks(member: Member, merging: Merging): Member {
  const { name, side, service } = member;
  const own = usesOf(service);
  // Its network is the host's, none, or another service's.
  if (own === null) return member;
  const uses =
    side === merging.rolledBack.networks
      ? own
      : (placedUses(name, merging) ?? counterpartUses(name, merging) ?? own);
  // What its neighbours call it, they call it on every network.
  const kept = uses === own ? [] : Object.values(own).flatMap(aliasesOf);
  const other = counterpartOf(merging.description, name);
  const added = other === undefined || merging.names.has(other) ? [] : [other];
  const networks = written(service, own, withAliases(uses, [...kept, ...added]));
  return { ...member, service: { ...service, networks } };
}

/** Gives the file its side's networks, and those that a service brings because its place on that side is said nowhere. */
export function setNetworks(
  merged: Document.Parsed,
  members: readonly Member[],
  { sources, rolledBack: { base, networks } }: Merging,
): void {
  if (networks !== base) copySection(merged, sources[networks].document, "networks");
  for (const { side, service } of members) {
    for (const key of Object.keys(usesOf(service) ?? {})) {
      if (key === DEFAULT || contentOf(merged, "networks", key) !== undefined) continue;
      copyPair(merged, sources[side].document, ["networks", key]);
    }
  }
}

/** Null where the service has a mode instead of networks. */
function usesOf({ networks, network_mode }: Mapping): Uses | null {
  if (network_mode !== undefined) return null;
  const entries: readonly (readonly [key: string, options: unknown])[] = Array.isArray(networks)
    ? networks.map((key) => [String(key), null])
    : Object.entries(mappingOf(networks));
  if (entries.length === 0) return { [DEFAULT]: null };
  return Object.fromEntries(
    entries.map(([key, options]) => [key, isMapping(options) ? options : null]),
  );
}

function placedUses(
  name: string,
  { sources, rolledBack: { networks: side }, description }: Merging,
): Uses | undefined {
  const keys = description.placements[stackOfSide(side)][name];
  if (keys === undefined) return undefined;
  for (const key of keys) {
    if (key === DEFAULT || entryOf(sources[side], "networks", key) !== undefined) continue;
    throw new Error(
      `docker-compose.yml: the ${side} file has no network "${key}", on which the description places "${name}"`,
    );
  }
  return withoutOptions(keys);
}

/** With its options too, unless both are there: an address, and a name, is one service's only. */
function counterpartUses(
  name: string,
  { sources, rolledBack: { networks: side }, description, names }: Merging,
): Uses | undefined {
  const other = counterpartOf(description, name);
  const service = other === undefined ? undefined : serviceOf(sources[side], other);
  if (other === undefined || service === undefined) return undefined;
  const uses = usesOf(service);
  if (uses === null) return undefined;
  return names.has(other) ? withoutOptions(Object.keys(uses)) : uses;
}

function withoutOptions(keys: readonly string[]): Uses {
  return Object.fromEntries(keys.map((key) => [key, null]));
}

function withAliases(uses: Uses, added: readonly string[]): Uses {
  if (added.length === 0) return uses;
  return Object.fromEntries(
    Object.entries(uses).map(([key, options]) => {
      const aliases = [...new Set([...aliasesOf(options), ...added])];
      return [key, { ...options, aliases }];
    }),
  );
}

function aliasesOf(options: Mapping | null): readonly string[] {
  const aliases = options?.aliases;
  return Array.isArray(aliases) ? aliases.map(String) : [];
}

/** In the form in which the service has them, if it can say that. */
function written(service: Mapping, own: Uses, uses: Uses): unknown {
  if (sameData(own, uses)) return service.networks;
  const isPlain = Object.values(uses).every((options) => options === null);
  return isPlain && !isMapping(service.networks) ? Object.keys(uses) : uses;
}
