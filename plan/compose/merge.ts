import { type Document, parseDocument } from "yaml";
import { sameData } from "../same-data";
import { ALL_PHASES, topologyFor } from "../application/topologies";
import type { Topology } from "../application/topology";
import { copyPair } from "./copy";
import { setNetworks } from "./networks";
import { keysOf, section } from "./sections";
import { setVolumes } from "./volumes";

/** The two states of docker-compose.yml that a partial rollback is made of. */
export interface ComposeFiles {
  readonly earlier: string;
  readonly simplified: string;
}

/**
 * The docker-compose.yml of a set of rolled back phases: that of the side which phase 1 says, comments and order included, with
 * the services, networks and volumes of the other phases taken from the other file (document: phases 1, 3, 5, 7 and 8).
 * At both ends of the scale it is the file of that end, byte for byte.
 *
 * @throws Error when a file is not valid YAML, or neither has what the topology needs.
 */
export function mergeComposeFiles(
  { earlier, simplified }: ComposeFiles,
  rolledBackPhases: readonly number[],
): string {
  const topology = topologyFor(rolledBackPhases);
  if (sameData(topology, topologyFor([]))) return simplified;
  if (sameData(topology, topologyFor(ALL_PHASES))) return earlier;
  const [base, other] = rolledBackPhases.includes(1)
    ? [read(earlier), read(simplified)]
    : [read(simplified), read(earlier)];
  setServices(base, other, topology);
  setNetworks(base, other, topology);
  setVolumes(base, other, topology);
  return base.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function read(text: string): Document.Parsed {
  const document = parseDocument(text, { merge: true });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`docker-compose.yml: ${error.message}`);
  return document;
}

function setServices(base: Document.Parsed, other: Document.Parsed, topology: Topology): void {
  const names = topology.services.map(({ name }) => name);
  const services = section(base, "services");
  for (const name of keysOf(services)) if (!names.includes(name)) services.delete(name);
  for (const name of names) if (!services.has(name)) copyPair(base, other, ["services", name]);
}
