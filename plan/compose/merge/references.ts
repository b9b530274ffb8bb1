import type { Mapping } from "../../mapping";
import { withDependencies } from "./dependencies";
import type { Member } from "./members";
import { type Merging, standingFor } from "./merging";

/** Fields, besides depends_on, that name services of the file, and what of an entry is the name. */
const NAMING: readonly (readonly [field: string, name: RegExp])[] = [
  // An alias may follow.
  ["links", /^[^:]+/],
  // How it is mounted may follow; a container is none of the file's.
  ["volumes_from", /^(?!container:)[^:]+/],
  ["network_mode", /(?<=^service:).+/],
  ["ipc", /(?<=^service:).+/],
  ["pid", /(?<=^service:).+/],
];

/**
 * A service that names others names those that are there: where one is not, its counterpart.
 *
 * @throws Error when there is neither, and the service could not be without it.
 */
export function withReferences(member: Member, merging: Merging): Member {
  const service = withDependencies(member.service, (other) => standingFor(other, merging));
  const renamed = NAMING.filter(([field]) => service[field] !== undefined).map(([field, name]) => [
    field,
    rename(service[field], name, (other) => needed(member.name, field, other, merging)),
  ]);
  return { ...member, service: { ...service, ...(Object.fromEntries(renamed) as Mapping) } };
}

function rename(value: unknown, name: RegExp, standing: (other: string) => string): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => rename(entry, name, standing));
  if (typeof value !== "string") return value;
  // Only a variable tells who it is.
  return value.replace(name, (other) => (other.includes("$") ? other : standing(other)));
}

function needed(service: string, field: string, other: string, merging: Merging): string {
  const found = standingFor(other, merging);
  if (found !== undefined) return found;
  throw new Error(
    `docker-compose.yml: "${field}" of "${service}" names "${other}", which is not in the merged file, nor is a counterpart of it`,
  );
}
