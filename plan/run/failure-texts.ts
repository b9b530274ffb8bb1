import { type CheckResult, failingPhases, failingPhasesText, resultText } from "../checks/result";
import { gatesText } from "../checks/verdict";
import type { ChangeRequest } from "../model/wanted";
import type { NamedOutcome, OutcomeName } from "./on-failure";

/** What a person reads when gates have failed: what that means for the change, each failed check, the ways on. */
export function failureText(
  request: ChangeRequest,
  outcome: NamedOutcome,
  failed: readonly CheckResult[],
): string {
  const { head, ways } = TEXTS[outcome.state](request, outcome.name, failed);
  return [
    head,
    ...failed.map((result) => `  ${resultText(result)}`),
    ...ways.map((way) => `    ${way}`),
  ].join("\n");
}

interface Text {
  readonly head: string;
  readonly ways: readonly string[];
}

const TEXTS: Readonly<
  Record<
    NamedOutcome["state"],
    (request: ChangeRequest, outcome: OutcomeName, failed: readonly CheckResult[]) => Text
  >
> = { open: staysOpen, failedBack: wentBack, done: stays };

/** Nothing has moved yet: the change waits for what is fixed, accepted or aborted. */
function staysOpen(
  { number, stack, from }: ChangeRequest,
  outcome: OutcomeName,
  failed: readonly CheckResult[],
): Text {
  const live = `"${from ?? "the live side"}"`;
  const serves =
    outcome === "stagedAfterParking"
      ? `${live} was parked for it, so nobody may be served`
      : `${live} serves as before and was not touched`;
  return {
    head: `change ${number} stays open: ${gatesText(failed)} failed on the staged side; ${serves}`,
    ways: [
      `once that is fixed: pulumi up --stack ${stack}`,
      acceptAdvice(failed),
      "or abort it: rollback abort",
    ],
  };
}

/** The edge had moved and went back: what the new side was given in between is only there. */
function wentBack(
  { number, stack, from }: ChangeRequest,
  _: OutcomeName,
  failed: readonly CheckResult[],
): Text {
  const old = `"${from ?? "the other side"}"`;
  return {
    head: `change ${number} failed back: ${gatesText(failed)} failed on the new side; its edge is stopped, ${old} serves again`,
    ways: [
      "what was written through the new edge in between stays in the new side's volumes",
      `once that is fixed: pulumi up --stack ${stack}, a new change`,
      acceptAdvice(failed),
    ],
  };
}

/** The new side serves and stays, since there is nothing to go back to by itself. */
function stays(request: ChangeRequest, outcome: OutcomeName, failed: readonly CheckResult[]): Text {
  const { number, stack } = request;
  return {
    head: `change ${number} is done and "${stack}" serves, but ${gatesText(failed)} failed`,
    ways: [
      ...phasesAdvice(failed),
      wayBack(request, outcome),
      `once that is fixed, this looks again: pulumi up --stack ${stack}`,
      acceptAdvice(failed),
    ],
  };
}

const NO_WAY_BACK: Partial<Readonly<Record<OutcomeName, (from: string) => string>>> = {
  afterParking: (from) => `"${from}" was parked and could not serve again by itself`,
  oldEdgeGone: (from) => `the edge of "${from}" is gone`,
  movedBefore: () =>
    "an interrupted run had moved the edge, and the new side may have been written to",
};

function wayBack(request: ChangeRequest, outcome: OutcomeName): string {
  const { kind, from, number, overwrites } = request;
  const why = NO_WAY_BACK[outcome];
  if (why !== undefined && from !== null) {
    return `${why(from)}: the way back is pulumi up --stack ${from}`;
  }
  if (kind !== "inPlace") return "nothing was left that could serve instead";
  const data = overwrites.length === 0 ? "" : `, and restore: safety-${number} for the data`;
  return `a change in place has no way back of its own: set what you changed to what it was${data}, then pulumi up`;
}

function phasesAdvice(failed: readonly CheckResult[]): readonly string[] {
  const phases = failingPhases(failed);
  return phases.length === 0 ? [] : [failingPhasesText(phases)];
}

function acceptAdvice(failed: readonly CheckResult[]): string {
  const names = JSON.stringify(failed.map(({ check }) => check.name));
  return `to take it as it is: pulumi config set --path 'accept[0]' <check>, or accept: ${names} in the stack's file`;
}
