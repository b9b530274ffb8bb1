import type { Check } from "./check";

/** What a check found; short, without secrets. */
export interface CheckResult {
  readonly check: Check;
  readonly outcome: "passed" | "failed" | "manual";
  readonly expected: string;
  readonly found: string;
  readonly seconds: number;
}

/** What keeps a change from staying. */
export interface Decision {
  readonly failedGates: readonly CheckResult[];
}

/**
 * Whether a change may stay: a failed gate counts unless the side that was live before failed the same one, or config `accept`
 * names it. Reports never decide.
 */
export function decide(
  before: readonly CheckResult[],
  after: readonly CheckResult[],
  accept: readonly string[],
): Decision {
  const failedBefore = new Set(failedGatesOf(before).map(({ check }) => check.name));
  const failedGates = failedGatesOf(after).filter(
    ({ check }) => !failedBefore.has(check.name) && !accept.includes(check.name),
  );
  return { failedGates };
}

/** Gates that failed, in their order. */
export function failedGatesOf(results: readonly CheckResult[]): readonly CheckResult[] {
  return results.filter(({ check, outcome }) => outcome === "failed" && check.severity === "gate");
}

/** Phases of which a gate failed, ascending: those to roll back (document: phase 11). */
export function failingPhases(results: readonly CheckResult[]): readonly number[] {
  const phases = failedGatesOf(results).flatMap(({ check }) =>
    check.phase === "full" ? [] : [check.phase],
  );
  return [...new Set(phases)].sort((one, other) => one - other);
}

/** Document: phase 11, "rollback appropriate phases based on failure analysis". */
export function failingPhasesText(phases: readonly number[]): string {
  return `phases whose validation fails: ${phases.join(", ")}`;
}

/** A result as a file or a program reads it. */
export type ResultData = Pick<Check, "name" | "row" | "phase" | "severity" | "kind"> &
  Omit<CheckResult, "check">;

export function resultData({ check, ...result }: CheckResult): ResultData {
  const { name, row, phase, severity, kind } = check;
  return { name, row, phase, severity, kind, ...result };
}

/** The line that a person reads about a result. */
export function resultText({ check, outcome, expected, found }: CheckResult): string {
  const where = check.phase === "full" ? "full rollback" : `phase ${check.phase}`;
  return `${check.name} ${outcome} (${where}, "${check.row}"): expected ${expected}; found ${found}`;
}
