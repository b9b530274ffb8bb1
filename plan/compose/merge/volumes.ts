import type { Side } from "../../application/topology";
import type { Document } from "yaml";
import { type Mapping, mappingOf } from "../../mapping";
import { bring } from "./bring";
import { removePair } from "./copy";
import type { Member } from "./members";
import type { Merging } from "./merging";
import { mountsOf, sourceOf, volumeKeyOf, withSource } from "./mounts";
import { contentOf, section } from "./sections";
import { entryOf, type Sources } from "./sources";

/**
 * A service that writes an earlier volume again mounts it where it has mounted its counterpart (document: phase 7).
 *
 * @throws Error when it mounts neither of the two.
 */
export function withEarlierVolumes(member: Member, { rolledBack, description }: Merging): Member {
  const { name, side, service } = member;
  const { counterparts, stores } = description;
  if (side !== "simplified") return member;
  const changes = rolledBack.volumes.filter((change) => change.service === name);
  if (changes.length === 0) return member;
  const volumes = changes.reduce((mounts, { volume }) => {
    const mounted = counterparts.volumes[volume] ?? volume;
    const sources = mounts.map(sourceOf);
    if (!sources.includes(volume) && !sources.includes(mounted)) throw nothingToBring(name, volume);
    const isFolder = stores[volume] === "documents";
    return mounts.map((mount, index) =>
      sources[index] === mounted ? withSource(mount, volume, isFolder) : mount,
    );
  }, mountsOf(service));
  return { ...member, service: { ...service, volumes } };
}

/** Makes the section of volumes follow from what services mount; what the file declares for nobody stays. */
export function setVolumes(
  merged: Document.Parsed,
  members: readonly Member[],
  { sources, rolledBack: { base, volumes } }: Merging,
): void {
  const used = members.flatMap(({ service }) => volumeKeys(service));
  const usedBefore = Object.values(mappingOf(sources[base].plain.services))
    .map(mappingOf)
    .flatMap(volumeKeys);
  for (const key of usedBefore) {
    if (used.includes(key) || contentOf(merged, "volumes", key) === undefined) continue;
    removePair(merged, ["volumes", key]);
  }
  for (const { name, side, service } of members) {
    for (const key of volumeKeys(service)) {
      const isBack = volumes.some((change) => change.service === name && change.volume === key);
      const from = declaringSide(sources, key, isBack ? "earlier" : side);
      bring(merged, sources[from], ["volumes", key], name);
    }
  }
  if (section(merged, "volumes").items.length === 0) merged.delete("volumes");
}

/** Which file to take a volume from: the other one where the service's own does not declare it. */
function declaringSide(sources: Sources, key: string, own: Side): Side {
  const other = own === "earlier" ? "simplified" : "earlier";
  const has = (side: Side): boolean => entryOf(sources[side], "volumes", key) !== undefined;
  return !has(own) && has(other) ? other : own;
}

function nothingToBring(service: string, volume: string): Error {
  return new Error(
    `docker-compose.yml: "${service}" mounts no volume in whose place "${volume}" could come back`,
  );
}

function volumeKeys(service: Mapping): readonly string[] {
  return mountsOf(service).flatMap((mount) => volumeKeyOf(mount) ?? []);
}
