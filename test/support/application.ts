import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applicationOf } from "../../applications/known";
import { type Application, namesOf } from "../../plan/application/application";
import { phaseNumbers } from "../../plan/application/description";
import { parseDescription } from "../../plan/application/parse-description";
import * as topologies from "../../plan/application/topologies";
import type { StackName, Topology } from "../../plan/application/topology";
import { type CheckSettings, checkSettingsSchema } from "../../plan/checks/settings";
import { problemsText } from "../../plan/problem";

export const DESCRIPTION_FILE = join(__dirname, "..", "..", "applications", "motovaultpro.yaml");

/** MotoVaultPro, as the program reads it. */
export const APPLICATION: Application = read();
export const NAMES = namesOf(APPLICATION);
export const DESCRIPTION = APPLICATION.description;

export const PHASES = DESCRIPTION.phases;
export const ALL_PHASES = phaseNumbers(DESCRIPTION);
export const SCENARIOS = DESCRIPTION.scenarios;
export const EDGE_NAMES = NAMES.edges;
export const STORES = NAMES.stores;
export const DOCUMENTS_FOLDER = "data/documents";
export const EARLIER_SERVICES = APPLICATION.sides["pre-simplification"].services;
export const SIMPLIFIED_SERVICES = APPLICATION.sides.simplified.services;
export const { builtImages, imageDefaults } = APPLICATION;

export function topologyFor(rolledBackPhases: readonly number[]): Topology {
  return topologies.topologyOf(APPLICATION, rolledBackPhases);
}

export function topologyOfStack(stack: StackName): Topology {
  return APPLICATION.ends[stack];
}

export function phasesOfStack(stack: StackName): readonly number[] {
  return topologies.phasesOfStack(ALL_PHASES, stack);
}

/** What the checks are told of it, with tokens from an issuer. */
export function checkSettingsOf(issuer: string): CheckSettings {
  const { checks } = DESCRIPTION;
  const login = { ...checks.login, tokenUrl: new URL("oauth/token", issuer).href };
  return checkSettingsSchema.parse({ ...checks, login });
}

function read(): Application {
  const parsed = parseDescription(readFileSync(DESCRIPTION_FILE, "utf8"), DESCRIPTION_FILE);
  if (!parsed.ok) throw new Error(problemsText("read the description", parsed.problems));
  const application = applicationOf(parsed.description);
  assert.ok(application);
  return application;
}
