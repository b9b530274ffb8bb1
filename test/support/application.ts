import { readFileSync } from "node:fs";
import { join } from "node:path";
import { namesOf } from "../../plan/application/application";
import { type Description, phaseNumbers } from "../../plan/application/description";
import { parseDescription } from "../../plan/application/parse-description";
import * as topologies from "../../plan/application/topologies";
import type { StackName, Topology } from "../../plan/application/topology";
import { type CheckSettings, checkSettingsSchema } from "../../plan/checks/settings";
import { type ComposeFiles, mergeComposeFiles } from "../../plan/compose/merge/merge";
import { topologyOf } from "../../plan/compose/topology-of";
import { problemsText } from "../../plan/problem";
import { composeModelOf } from "./compose-model";

export const DESCRIPTION_FILE = join(__dirname, "..", "..", "applications", "motovaultpro.yaml");
const DEMO = join(__dirname, "..", "..", "demo", "application");

/** MotoVaultPro, as the program reads it. */
export const DESCRIPTION: Description = read();
export const NAMES = namesOf(DESCRIPTION);

/** The two states of the demo's docker-compose.yml. */
export const COMPOSE_FILES: ComposeFiles = {
  earlier: readFileSync(join(DEMO, "base", "docker-compose.yml"), "utf8"),
  simplified: readFileSync(join(DEMO, "phases", "8", "docker-compose.yml"), "utf8"),
};

export const PHASES = DESCRIPTION.phases;
export const ALL_PHASES = phaseNumbers(DESCRIPTION);
export const SCENARIOS = DESCRIPTION.scenarios;
export const EDGE_NAMES = NAMES.edges;
export const STORES = NAMES.stores;
export const DOCUMENTS_FOLDER = "data/documents";

const known = new Map<string, Topology>();

/** The demo's topology with these phases rolled back. */
export function topologyFor(rolledBackPhases: readonly number[]): Topology {
  // Merging takes 30 ms, and only these phases have a part of the file.
  const merged = PHASES.filter(({ number, effect }) => {
    return effect !== null && rolledBackPhases.includes(number);
  }).map(({ number }) => number);
  const key = merged.join();
  const found =
    known.get(key) ?? readTopology(mergeComposeFiles(COMPOSE_FILES, merged, DESCRIPTION));
  known.set(key, found);
  return found;
}

/** The topology that a Compose file of the demo's kind says. */
export function readTopology(text: string): Topology {
  const result = topologyOf(composeModelOf(text), DESCRIPTION);
  if (!result.ok) throw new Error(problemsText("read the topology", result.problems));
  return result.topology;
}

export function topologyOfStack(stack: StackName): Topology {
  return topologyFor(phasesOfStack(stack));
}

export const EARLIER_SERVICES = topologyOfStack("pre-simplification").services;
export const SIMPLIFIED_SERVICES = topologyOfStack("simplified").services;

export function phasesOfStack(stack: StackName): readonly number[] {
  return topologies.phasesOfStack(ALL_PHASES, stack);
}

/** What the checks are told of it, with tokens from an issuer. */
export function checkSettingsOf(issuer: string): CheckSettings {
  const { checks } = DESCRIPTION;
  const login = { ...checks.login, tokenUrl: new URL("oauth/token", issuer).href };
  return checkSettingsSchema.parse({ ...checks, login });
}

function read(): Description {
  const parsed = parseDescription(readFileSync(DESCRIPTION_FILE, "utf8"), DESCRIPTION_FILE);
  if (!parsed.ok) throw new Error(problemsText("read the description", parsed.problems));
  return parsed.description;
}
