import type { Check, CheckKind } from "./check";
import { FULL_CHECKS } from "./full";
import { PHASE_CHECKS } from "./phases";

export type { Check, CheckKind, Severity } from "./check";

/** Every check of every row, names unique. */
export const ALL_CHECKS: readonly Check[] = [...PHASE_CHECKS, ...FULL_CHECKS];

/** The checks of a phase's rows. */
export function checksOfPhase(phase: number): readonly Check[] {
  return validatesAll(phase) ? PHASE_CHECKS : PHASE_CHECKS.filter((check) => check.phase === phase);
}

/** Whether a phase has no rows of its own and validates those of all the others (document: phase 11). */
export function validatesAll(phase: number): boolean {
  return !PHASE_CHECKS.some((check) => check.phase === phase);
}

/**
 * What is validated on a side: the rows of the full rollback, or of the phases that are rolled back, or, where none is, whatever
 * of the phases' rows holds on the simplified side too.
 */
export function checksFor(rolledBackPhases: readonly number[], full: boolean): readonly Check[] {
  if (full) return FULL_CHECKS;
  if (rolledBackPhases.length === 0) return applicable(PHASE_CHECKS, []);
  const chosen = new Set(rolledBackPhases.flatMap(checksOfPhase));
  return applicable(
    PHASE_CHECKS.filter((check) => chosen.has(check)),
    rolledBackPhases,
  );
}

/** What is validated once a side is reached; `allPhases`: those that the application has. */
export function checksOfSide(
  rolledBackPhases: readonly number[],
  allPhases: readonly number[],
): readonly Check[] {
  return checksFor(rolledBackPhases, isFullRollback(rolledBackPhases, allPhases));
}

/** Whether a side is the whole way back. */
export function isFullRollback(
  rolledBackPhases: readonly number[],
  allPhases: readonly number[],
): boolean {
  return allPhases.every((phase) => rolledBackPhases.includes(phase));
}

/** Those of the checks that make sense on a side: what it does not have cannot have failed there. */
export function applicable(
  checks: readonly Check[],
  rolledBackPhases: readonly number[],
): readonly Check[] {
  return checks.filter(
    ({ onlyWith }) =>
      onlyWith.length === 0 || onlyWith.some((phase) => rolledBackPhases.includes(phase)),
  );
}

/** Kinds that ask neither the edge nor whatever is started only after the cutover. */
const INSIDE: ReadonlySet<CheckKind> = new Set([
  "composeFile",
  "image",
  "networks",
  "command",
  "sql",
  "tables",
  "migrations",
  "databaseIntact",
  "objectsIntact",
  "release",
  "tests",
  "makefile",
  "links",
]);

/** Compare a side's data with the backup that it came from: what the other side's data has become says nothing about it. */
const ABOUT_ORIGIN: ReadonlySet<CheckKind> = new Set(["databaseIntact", "objectsIntact"]);

/** Those of a change's gates that the outgoing side can have failed already, so that they do not count against it. */
export function comparableBefore(
  checks: readonly Check[],
  rolledBackBefore: readonly number[],
): readonly Check[] {
  return applicable(checks, rolledBackBefore).filter(
    ({ severity, kind }) => severity === "gate" && !ABOUT_ORIGIN.has(kind),
  );
}

/** Those of the checks that a staged side can pass before anybody is served by it. */
export function beforeCutover(checks: readonly Check[]): readonly Check[] {
  return checks.filter(({ kind }) => INSIDE.has(kind));
}
