import { type Document, isMap, isSeq, type YAMLMap } from "yaml";
import type { Service, Topology } from "../application/topology";
import { copyPair } from "./copy";
import { keyOfName, keysOf, section } from "./sections";

/** Gives a file the topology's networks, and every service those that it is on (document: phase 5). */
export function setNetworks(
  base: Document.Parsed,
  other: Document.Parsed,
  topology: Topology,
): void {
  const names = topology.networks.map(({ name }) => name);
  if (!names.every((name) => keyOfName(base, "networks", name) !== undefined)) {
    base.delete("networks");
    for (const key of keysOf(section(other, "networks"))) copyPair(base, other, ["networks", key]);
  }
  for (const service of topology.services) {
    setServiceNetworks(base, section(base, "services").get(service.name) as YAMLMap, service);
  }
}

function setServiceNetworks(base: Document.Parsed, node: YAMLMap, service: Service): void {
  const keys = service.networks.map((name) => networkKey(base, name));
  const found = node.get("networks");
  const present = isSeq(found)
    ? found.items.map(String)
    : isMap(found)
      ? keysOf(found)
      : ["default"];
  const same = keys.length === present.length && keys.every((key) => present.includes(key));
  if (same && service.aliases.length === 0) return;
  const networks: unknown =
    service.aliases.length === 0
      ? keys
      : Object.fromEntries(keys.map((key) => [key, { aliases: [...service.aliases] }]));
  node.set("networks", base.createNode(networks, { flow: true }));
}

function networkKey(base: Document.Parsed, name: string): string {
  const pair = keyOfName(base, "networks", name);
  if (pair === undefined)
    throw new Error(`docker-compose.yml: neither file has the network "${name}"`);
  return String(pair.key);
}
