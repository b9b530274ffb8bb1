import type { Side } from "../../application/topology";
import type { Document } from "yaml";
import { type Mapping, mappingOf } from "../../mapping";
import { copyPair, removePair } from "./copy";
import type { Merging } from "./merging";
import type { RolledBack } from "./rolled-back";
import { neitherHas } from "./sections";
import { serviceOf, type Source, type Sources } from "./sources";

/** A service of the merged file. */
export interface Member {
  readonly name: string;
  /** Whose service it is. */
  readonly side: Side;
  /** What it says. */
  readonly service: Mapping;
}

/**
 * The services of the merged file as their own files have them, in its order: those that stay, then those that come back.
 *
 * @throws Error when one that comes back is not in the earlier file.
 */
export function membersOf(sources: Sources, rolledBack: RolledBack): readonly Member[] {
  const { base, back, instead } = rolledBack;
  const missing = back.find((name) => serviceOf(sources.earlier, name) === undefined);
  if (missing !== undefined) throw neitherHas("services", missing);
  const stays = namesIn(sources[base]).filter((name) => !instead.includes(name));
  const comes = namesIn(sources.earlier).filter(
    (name) => back.includes(name) && !stays.includes(name),
  );
  return [...stays, ...comes].map((name) => {
    const side = back.includes(name) ? "earlier" : base;
    return { name, side, service: serviceOf(sources[side], name) ?? {} };
  });
}

/** Gives the file the services that it has to have; what they say is still that of their own files. */
export function setMembers(
  merged: Document.Parsed,
  members: readonly Member[],
  { sources, rolledBack: { base } }: Merging,
): void {
  for (const name of namesIn(sources[base])) {
    if (!members.some((member) => member.name === name)) removePair(merged, ["services", name]);
  }
  for (const { name, side } of members) {
    if (side !== base) copyPair(merged, sources[side].document, ["services", name]);
  }
}

function namesIn({ plain }: Source): readonly string[] {
  return Object.keys(mappingOf(plain.services));
}
