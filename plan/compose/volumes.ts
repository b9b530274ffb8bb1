import { type Document, isMap, isSeq, YAMLSeq, type YAMLMap } from "yaml";
import type { GovernedVolume, Service, Topology } from "../application/topology";
import { copyPair } from "./copy";
import { keyOfName, section, textOf } from "./sections";

/** Gives a file the topology's volumes, and every service those that it writes (document: phases 3 and 7). */
export function setVolumes(
  base: Document.Parsed,
  other: Document.Parsed,
  topology: Topology,
  stores: readonly GovernedVolume[],
): void {
  for (const { name } of stores.filter(({ kind }) => kind === "volume")) {
    const used = topology.volumes.some((volume) => volume.name === name);
    const pair = keyOfName(base, "volumes", name);
    if (used && pair === undefined) copyPair(base, other, ["volumes", name]);
    if (!used && pair !== undefined) section(base, "volumes").delete(String(pair.key));
  }
  for (const service of topology.services) {
    const node = section(base, "services").get(service.name) as YAMLMap;
    setServiceVolumes(base, node, service, stores);
  }
}

function setServiceVolumes(
  base: Document.Parsed,
  node: YAMLMap,
  service: Service,
  stores: readonly GovernedVolume[],
): void {
  const found = node.get("volumes");
  const entries = isSeq(found) ? found : new YAMLSeq();
  const wanted = new Map(service.volumes.map(({ volume, target }) => [volume, target]));
  const left = entries.items.filter((entry) => {
    const source = sourceOf(entry);
    return !stores.some(({ name }) => name === source) || wanted.has(source);
  });
  const present = new Set(left.map(sourceOf));
  const missing = [...wanted].filter(([volume]) => !present.has(volume));
  if (left.length === entries.items.length && missing.length === 0) return;
  const isFolder = (volume: string): boolean =>
    stores.some(({ name, kind }) => name === volume && kind === "folder");
  const added = missing.map(([volume, target]) =>
    base.createNode(`${isFolder(volume) ? "./" : ""}${volume}:${target}`),
  );
  entries.items = [...added, ...left];
  if (!isSeq(found)) node.set("volumes", entries);
}

/** Unprefixed name of the volume, or path without `./`, that an entry in the short or the long form mounts. */
function sourceOf(entry: unknown): string {
  const source = isMap(entry) ? textOf(entry.get("source", true)) : textOf(entry)?.split(":")[0];
  return (source ?? "").replace(/^\.\//, "");
}
