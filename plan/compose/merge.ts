import { type Document, parseDocument } from "yaml";
import type { GovernedVolume, Topology } from "../application/topology";
import { copyPair } from "./copy";
import { setNetworks } from "./networks";
import { keysOf, section } from "./sections";
import { setVolumes } from "./volumes";

/** The two states of docker-compose.yml that a partial rollback is made of. */
export interface ComposeFiles {
  readonly earlier: string;
  readonly simplified: string;
}

/** How a file is made of the two: from which one it starts, and what it has to say; null: that one, byte for byte. */
export interface ComposeMerge {
  readonly base: keyof ComposeFiles;
  readonly topology: Topology | null;
}

/**
 * The docker-compose.yml of a set of rolled back phases: the one that it starts from, comments and order included, with the services,
 * networks and volumes that it lacks taken from the other file (document: phases 1, 3, 5, 7 and 8).
 *
 * @throws Error when a file is not valid YAML, or neither has what the topology needs.
 */
export function mergeComposeFiles(
  files: ComposeFiles,
  { base: start, topology }: ComposeMerge,
  stores: readonly GovernedVolume[],
): string {
  if (topology === null) return files[start];
  const base = read(files[start]);
  const other = read(files[start === "earlier" ? "simplified" : "earlier"]);
  setServices(base, other, topology);
  setNetworks(base, other, topology);
  setVolumes(base, other, topology, stores);
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
