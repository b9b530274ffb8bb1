import { parks } from "../staging/park";
import type { ChangeRequest } from "../model/wanted";
import { type CheckResult, decide, failingPhases, resultText } from "./result";

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
    ...(failedGates.length === 0 ? [] : [`${gates(failedGates)} failed`]),
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

/** Nothing has moved yet: the change waits for what is cured, accepted or given up. */
export function stagedFailureText(request: ChangeRequest, failed: readonly CheckResult[]): string {
  const { number, stack, from } = request;
  const left = `"${from ?? "the live side"}"`;
  const live = parks(request)
    ? `${left} was parked for it, so nobody may be served`
    : `${left} serves as before and was not touched`;
  return failureText(
    `change ${number} stays open: ${gates(failed)} failed on the staged side; ${live}`,
    failed,
    [
      `once that is cured: pulumi up --stack ${stack}`,
      acceptAdvice(failed),
      "or give it up: rollback abort",
    ],
  );
}

/** The edge had moved and went back: what the new side was given in between is only there. */
export function wentBackText(request: ChangeRequest, failed: readonly CheckResult[]): string {
  const { number, stack, from } = request;
  return failureText(
    `change ${number} failed back: ${gates(failed)} failed on the new side; its edge is stopped, "${from ?? "the other side"}" serves again`,
    failed,
    [
      "what was written through the new edge in between stays in the new side's volumes",
      `once that is cured: pulumi up --stack ${stack}, a new change`,
      acceptAdvice(failed),
    ],
  );
}

/** The new side serves and stays, since there is nothing to go back to by itself. */
export function keptText(request: ChangeRequest, failed: readonly CheckResult[]): string {
  const { number, stack } = request;
  return failureText(
    `change ${number} is done and "${stack}" serves, but ${gates(failed)} failed`,
    failed,
    [
      ...phasesAdvice(failed),
      wayBack(request),
      `once that is cured, this looks again: pulumi up --stack ${stack}`,
      acceptAdvice(failed),
    ],
  );
}

function wayBack(request: ChangeRequest): string {
  const { kind, from, number, overwrites } = request;
  if (kind === "switch" && from !== null) {
    const why = parks(request)
      ? `"${from}" was parked and could not serve again by itself`
      : "an interrupted run had moved the edge, and the new side may have been written to";
    return `${why}: the way back is pulumi up --stack ${from}`;
  }
  if (kind !== "inPlace") return "nothing was left that could serve instead";
  const data = overwrites.length === 0 ? "" : `, and restore: safety-${number} for the data`;
  return `a change in place has no way back of its own: set what you changed to what it was${data}, then pulumi up`;
}

/** Document: phase 11, "rollback appropriate phases based on failure analysis". */
function phasesAdvice(failed: readonly CheckResult[]): readonly string[] {
  const phases = failingPhases(failed);
  return phases.length === 0 ? [] : [`phases whose validation fails: ${phases.join(", ")}`];
}

function acceptAdvice(failed: readonly CheckResult[]): string {
  const names = JSON.stringify(failed.map(({ check }) => check.name));
  return `to take it as it is: pulumi config set --path 'accept[0]' <check>, or accept: ${names} in the stack's file`;
}

function gates(failed: readonly CheckResult[]): string {
  return failed.length === 1 ? "1 gate" : `${failed.length} gates`;
}

function failureText(
  head: string,
  failed: readonly CheckResult[],
  advice: readonly string[],
): string {
  const lines = [...failed.map(resultText).map((line) => `  ${line}`), ...advice];
  return [head, ...lines.map((line) => (line.startsWith("  ") ? line : `    ${line}`))].join("\n");
}
