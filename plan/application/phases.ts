import type { Phase } from "./phase";
import { PHASES_1_TO_4 } from "./phases-1-to-4";
import { PHASES_5_TO_8 } from "./phases-5-to-8";
import { PHASES_9_TO_11 } from "./phases-9-to-11";

export type { ComposePart, DocumentStep, Phase, Risk, RiskLevel, RunStep } from "./phase";

/** The 11 phases of the simplification, ascending. */
export const PHASES: readonly Phase[] = [...PHASES_1_TO_4, ...PHASES_5_TO_8, ...PHASES_9_TO_11];

/** What no git operation of a rollback touches: the trace of rollbacks, and live data. */
export const PROTECTED_PATHS: readonly string[] = [
  "docs/redesign/ROLLBACK-LOG.md",
  "docs/redesign/incidents",
  "data",
];

/** Where untracked files belong to a state of the application: all phases' paths, none twice. */
export const UNTRACKED_PATHS: readonly string[] = [
  ...new Set(PHASES.flatMap((phase) => phase.gitPaths)),
];

/** Phase 9's paths: documentation, wherever it lies, is in no image. */
export const DOCUMENTATION_PATHS: readonly string[] = PHASES.filter(
  ({ number }) => number === 9,
).flatMap((phase) => phase.gitPaths);
