import { type Document, isAlias, isMap, isNode } from "yaml";
import type { Description } from "../../application/description";
import { mappingOf } from "../../mapping";
import { sameData } from "../../same-data";
import { writtenOut } from "./aliases";
import { bringFiles } from "./bring";
import { withDocuments } from "./documents";
import { type Member, membersOf, setMembers } from "./members";
import type { Merging } from "./merging";
import { setNetworks, withNetworks } from "./networks";
import { setField } from "./patch";
import { withReferences } from "./references";
import { effectsOf, rolledBackBy } from "./rolled-back";
import { section } from "./sections";
import { readSource } from "./sources";
import { printCompose, readCompose } from "./text";
import { setVolumes, withEarlierVolumes } from "./volumes";

/** The two states of docker-compose.yml that a partial rollback is made of. */
export interface ComposeFiles {
  readonly earlier: string;
  readonly simplified: string;
}

/** How a file is made of the two: from which one it starts, and whether that one is taken byte for byte. */
export interface ComposeMerge {
  readonly base: keyof ComposeFiles;
  readonly unchanged: boolean;
}

/** Fields of a service in which the merged file differs from the one that the service is from. */
const FIELDS = [
  ...["networks", "volumes", "depends_on", "links", "volumes_from"],
  ...["network_mode", "ipc", "pid"],
];

/** Decides it from the description's effects of the rolled back phases alone. */
export function composeMerge(description: Description, phases: readonly number[]): ComposeMerge {
  const effects = effectsOf(description, phases);
  if (effects.length === 0) return { base: "simplified", unchanged: true };
  if (!effects.some(({ whole }) => whole)) return { base: "simplified", unchanged: false };
  // The backend's code decides where it keeps documents: without its phase the earlier file would not fit it.
  const unchanged = description.phases.every(
    ({ number, effect }) => effect?.documentsAsObjects !== true || phases.includes(number),
  );
  return { base: "earlier", unchanged };
}

/**
 * The docker-compose.yml of a set of rolled back phases: the one that it starts from, comments and order included, with the services,
 * networks and volumes that their effects ask for taken from the other file (document: phases 1, 3, 5, 7 and 8).
 *
 * @throws Error when a file is not valid YAML, neither has what is asked for, or both have it and it is not the same.
 */
export function mergeComposeFiles(
  files: ComposeFiles,
  phases: readonly number[],
  description: Description,
): string {
  const { base, unchanged } = composeMerge(description, phases);
  if (unchanged) return files[base];
  const sources = { earlier: readSource(files.earlier), simplified: readSource(files.simplified) };
  const rolledBack = rolledBackBy(description, phases);
  const originals = membersOf(sources, rolledBack);
  const names = new Set(originals.map(({ name }) => name));
  const merging: Merging = { sources, rolledBack, description, names };
  const members = originals.map((member) => inMergedFile(member, merging));
  const merged = readCompose(files[base]);
  setMembers(merged, members, merging);
  for (const member of members) setFields(merged, member);
  setNetworks(merged, members, merging);
  setVolumes(merged, members, merging);
  bringFiles(merged, members, merging);
  return printCompose(merged);
}

/** What a service says in the merged file. */
function inMergedFile(member: Member, merging: Merging): Member {
  return [withEarlierVolumes, withDocuments, withReferences, withNetworks].reduce(
    (changed, change) => change(changed, merging),
    member,
  );
}

/** In the order of the file: what a service merges in from one before it is compared when that one is done. */
function setFields(merged: Document.Parsed, { name, service }: Member): void {
  const services = section(merged, "services");
  const found: unknown = services.get(name, true);
  const says = isNode(found) ? mappingOf(found.toJS(merged)) : {};
  if (FIELDS.every((field) => sameData(says[field], service[field]))) return;
  // Another one's alias becomes a service of its own.
  const own = isAlias(found) ? writtenOut(found, merged) : found;
  if (!isMap(own)) throw new Error(`docker-compose.yml: "${name}" in "services" is no mapping`);
  services.set(name, own);
  for (const field of FIELDS) setField(merged, own, field, service[field]);
}
