import { type CheckResult, decide, resultText } from "./result";

/** What a validation says about a change. */
export interface Verdict {
  readonly failedGates: readonly CheckResult[];
  /** One line. */
  readonly summary: string;
  /** A line per failed check, with what it means for the change. */
  readonly failures: readonly string[];
}

/** Judges a change by what was found after it, given what the side that it left had failed and what is accepted. */
export function verdictOf(
  before: readonly CheckResult[],
  after: readonly CheckResult[],
  accept: readonly string[],
): Verdict {
  const { failedGates } = decide(before, after, accept);
  const looked = after.filter(({ outcome }) => outcome !== "manual");
  const failed = looked.filter(({ outcome }) => outcome === "failed");
  const manual = after.length - looked.length;
  const counts = [
    `${looked.length - failed.length} of ${looked.length} checks passed`,
    ...(failedGates.length === 0 ? [] : [`${gatesText(failedGates)} failed`]),
    ...(manual === 0 ? [] : [`${manual} left to a person`]),
  ];
  const meaning = ({ check }: CheckResult): string => {
    if (failedGates.some((gate) => gate.check.name === check.name)) return "gate";
    if (check.severity === "report") return "report";
    return accept.includes(check.name) ? "gate, accepted" : "gate, failed before the change too";
  };
  return {
    failedGates,
    summary: counts.join(", "),
    failures: failed.map((result) => `${resultText(result)} (${meaning(result)})`),
  };
}

/** What the log of rollbacks says of it, a sentence each. */
export function validationNotes({ summary, failures }: Verdict): readonly string[] {
  return [`Validation: ${summary}`, ...failures.map((failure) => `Check ${failure}`)];
}

/** How many they are. */
export function gatesText(failed: readonly CheckResult[]): string {
  return failed.length === 1 ? "1 gate" : `${failed.length} gates`;
}
