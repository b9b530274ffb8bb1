import { runChecks } from "../../checks/run";
import { observeFacts } from "../../change/observe";
import { SETTLED_PATIENCE_SECONDS } from "../../change/validation/before";
import { sinceChange } from "../../change/validation/since";
import { checkProblems } from "../../plan/checks/addresses";
import {
  applicable,
  type Check,
  checksOfPhase,
  checksOfSide,
  validatesAll,
} from "../../plan/checks";
import {
  type CheckResult,
  failedGatesOf,
  failingPhases,
  failingPhasesText,
  resultData,
  resultText,
} from "../../plan/checks/result";
import { liveMap, liveSide } from "../../plan/model/history";
import type { Facts } from "../../plan/model/observed";
import { type Problem, ProblemsError } from "../../plan/problem";
import { chooseRelease } from "../../plan/release/releases";
import { wholeEnd } from "../../plan/release/scope";
import type { Settings } from "../../plan/settings/settings";
import { openSettings } from "../project/host-facts";
import { type Output, processOutput } from "../terminal/output";
import { type ProjectChoice, readSettings } from "../project/project";

export interface ValidateOptions extends ProjectChoice {
  readonly json?: boolean;
  readonly phase?: number;
}

const ATTEMPT = "validate";
const CELL = 60;

/**
 * `rollback validate`: looks at the live side and says what the document's checkboxes find there, nothing is changed. Sets the exit
 * code to 1 when a gate failed.
 *
 * @throws ProblemsError when no record knows the live side, or the configuration lacks what a check needs.
 */
export async function validate(
  options: ValidateOptions,
  output: Output = processOutput(),
): Promise<void> {
  const { context, settings: first } = await openSettings(options, ATTEMPT);
  const facts = await observeFacts(context, { refs: () => preRefs(first) });
  const live = liveMap(facts);
  if (live === undefined) throw new ProblemsError(ATTEMPT, [notRecorded(facts)]);
  const { stack, rolledBackPhases } = live.wanted;
  const settings =
    first.stack === stack ? first : await readSettings({ ...options, stack }, ATTEMPT);
  const configured = settings.checks;
  const checks = chosenChecks(options.phase, rolledBackPhases, facts.application.phases);
  const problems = checkProblems(checks, configured);
  if (problems.length > 0) throw new ProblemsError(ATTEMPT, problems);
  const run = {
    checks,
    topology: live.wanted.topology,
    wanted: live.wanted,
    settings: configured,
    since: await sinceChange(context, live.change.request),
    earlierCommit: earlierCommit(settings, facts),
    patienceSeconds: SETTLED_PATIENCE_SECONDS,
  };
  const results = await runChecks(context, run);
  const about = { live: stack, phases: rolledBackPhases, since: run.since };
  if (options.json === true) output.line(JSON.stringify({ ...about, ...asJson(results) }));
  else print(output, options.phase, results);
  if (failedGatesOf(results).length > 0) process.exitCode = 1;
}

/** Asked for a phase: all that its section says, whether or not the live side can have it; else what belongs to the side. */
function chosenChecks(
  phase: number | undefined,
  rolledBackPhases: readonly number[],
  allPhases: readonly number[],
): readonly Check[] {
  if (phase === undefined) return checksOfSide(rolledBackPhases, allPhases);
  const own = checksOfPhase(phase);
  return validatesAll(phase) ? applicable(own, rolledBackPhases) : own;
}

function preRefs({ preRef }: Settings): readonly string[] {
  return preRef === undefined ? [] : [preRef];
}

/** The ref that a rollback would take now; null where that cannot be said. */
function earlierCommit(settings: Settings, facts: Facts): string | null {
  const known = liveMap(facts)?.wanted;
  const recorded = known?.refs.earlier ?? null;
  if (recorded !== null) return recorded;
  const chosen = chooseRelease(
    wholeEnd({ ...settings, oneTime: {} }, "pre-simplification"),
    facts,
    0,
  );
  return chosen.ok ? chosen.value.assembly.commit : null;
}

function notRecorded(facts: Facts): Problem {
  const live = liveSide(facts);
  return {
    subject: "live side",
    what: live === null ? "there is none" : `"${live}" is live, but no record knows it`,
    advice: [
      `pulumi up --stack ${live ?? "<stack>"} ${live === null ? "deploys it" : "records it"}`,
    ],
  };
}

function asJson(results: readonly CheckResult[]): object {
  return {
    ok: failedGatesOf(results).length === 0,
    failingPhases: failingPhases(results),
    results: results.map(resultData),
  };
}

function print(output: Output, phase: number | undefined, results: readonly CheckResult[]): void {
  const looked = results.filter(({ outcome }) => outcome !== "manual");
  const head = ["check", "row", "severity", "outcome", "expected", "found", "seconds"];
  const rows = looked.map(({ check, outcome, expected, found, seconds }) => {
    const shown = [check.row, check.severity, outcome, expected, found].map(short);
    return [check.name, ...shown, seconds.toFixed(1)];
  });
  output.table({ head, rows });
  for (const result of looked.filter(({ outcome }) => outcome === "failed")) {
    output.line(resultText(result));
  }
  const manual = results.filter(({ outcome }) => outcome === "manual");
  if (manual.length > 0) output.line("for a person to look at:");
  for (const { check, expected } of manual) {
    output.line(`  ${check.name} ("${check.row}"): ${expected}`);
  }
  output.line(summary(looked));
  if (phase !== undefined && validatesAll(phase)) output.line(phasesText(failingPhases(results)));
}

function summary(looked: readonly CheckResult[]): string {
  const passed = looked.filter(({ outcome }) => outcome === "passed").length;
  const gates = failedGatesOf(looked).length;
  return `${passed} of ${looked.length} passed, ${gates} gates failed`;
}

function phasesText(phases: readonly number[]): string {
  return phases.length === 0 ? "no phase's validation fails" : failingPhasesText(phases);
}

function short(text: string): string {
  return text.length > CELL ? `${text.slice(0, CELL - 1)}…` : text;
}
