import { atOnce } from "../host/at-once";
import { messageOf } from "../plan/problem";
import { asConfigured } from "../plan/checks/addresses";
import { type Check, type CheckKind, probeKey } from "../plan/checks/check";
import { expectation } from "../plan/checks/expectation";
import { type CheckResult, resultText } from "../plan/checks/result";
import type { CheckSettings } from "../plan/checks/settings";
import type { Topology } from "../plan/application/topology";
import type { Wanted } from "../plan/model/wanted";
import type { HostContext } from "../host/context";
import { waitFor } from "../host/docker/wait";
import { tokenSource } from "./login";
import { redactor } from "./redact";
import { AGAIN, RUNNERS, WRITING } from "./runners";
import type { CheckScene, Finding } from "./scene";

const AT_ONCE = 4;
const AGAIN_AFTER_MS = 500;

/** How long a check may take to clean up behind itself once its time is over. */
const CLEAN_UP_MS = 20_000;

/** A side and what is to be looked at on it. */
export interface CheckRun {
  readonly checks: readonly Check[];
  readonly topology: Topology;
  readonly wanted: Wanted;
  readonly settings: CheckSettings;
  /** ISO 8601 on the Docker host's clock; logs before it do not count. */
  readonly since: string | null;
  /** Commit of the earlier state, for what compares with it. */
  readonly earlierCommit?: string | null;
  /** Seconds that what is not so yet gets to become so; default: each check's deadline, as for what has just been started. */
  readonly patienceSeconds?: number;
}

/**
 * Looks at a side, four checks at once, each within its deadline; what writes runs when nothing else looks any more. Never throws
 * for what it finds: a check that cannot be made has failed. Results come in the order of the checks.
 */
export async function runChecks(context: HostContext, run: CheckRun): Promise<CheckResult[]> {
  const {
    topology,
    wanted,
    settings,
    since,
    earlierCommit = null,
    patienceSeconds = Infinity,
  } = run;
  const token = tokenSource(context, wanted, settings);
  const scene = { context, topology, wanted, settings, since, earlierCommit, token };
  const checks = asConfigured(run.checks, settings);
  const groups = sameProbe(checks);
  const [writing, reading] = [groups.filter(isWriting), groups.filter((one) => !isWriting(one))];
  const redacted = await redactor(context, wanted);
  const results = new Map<string, CheckResult>();
  const look = async (group: readonly Check[]): Promise<void> => {
    for (const result of await resultsOf(scene, group, patienceSeconds, redacted)) {
      results.set(result.check.name, result);
      if (result.outcome === "failed") context.report(resultText(result));
    }
  };
  await atOnce(AT_ONCE, reading, look);
  // One after the other: each leaves what it found.
  for (const group of writing) await look(group);
  const inOrder = checks.flatMap(({ name }) => results.get(name) ?? []);
  context.report(summaryOf(inOrder));
  return inOrder;
}

function summaryOf(results: readonly CheckResult[]): string {
  const looked = results.filter(({ outcome }) => outcome !== "manual");
  const passed = looked.filter(({ outcome }) => outcome === "passed");
  return `${passed.length} of ${looked.length} checks passed`;
}

function isWriting([check]: readonly Check[]): boolean {
  return check !== undefined && WRITING.has(check.kind);
}

/** Several rows may ask for the same thing: it is looked at once. */
async function resultsOf(
  scene: CheckScene,
  group: readonly Check[],
  patienceSeconds: number,
  redacted: (text: string) => string,
): Promise<CheckResult[]> {
  const [first] = group;
  if (first === undefined) return [];
  const started = performance.now();
  const finding = await look(scene, first, patienceSeconds);
  const seconds = Math.round(performance.now() - started) / 1000;
  return group.map((check) => ({
    check,
    outcome: check.severity === "manual" ? "manual" : finding.passed ? "passed" : "failed",
    expected: redacted(finding.expected ?? expectation(check)),
    found: redacted(finding.found),
    seconds,
  }));
}

async function look(scene: CheckScene, check: Check, patienceSeconds: number): Promise<Finding> {
  if (check.kind === "manual") return { passed: false, found: "a person has to look" };
  const deadlineMs = check.deadlineSeconds * 1000;
  const deadline = AbortSignal.timeout(deadlineMs);
  let last: Finding | undefined;
  const attempt = async (): Promise<Finding> => {
    const finding = await once(scene, check, deadline);
    // What the deadline broke off tells less than what was seen before.
    last = deadline.aborted && last !== undefined ? last : finding;
    return last;
  };
  if (!AGAIN.has(check.kind)) return attempt();
  const patienceMs = Math.min(deadlineMs, patienceSeconds * 1000);
  const message = `"${check.row}"`;
  return waitFor(
    async () => {
      const finding = await attempt();
      return finding.passed ? { done: true, value: finding } : { done: false, state: "" };
    },
    { deadlineMs: patienceMs, intervalMs: AGAIN_AFTER_MS, message },
  ).catch((error: unknown) => last ?? { passed: false, found: messageOf(error) });
}

/** One look, ended by the deadline; what the check has to clean up behind itself is waited for, but not for ever. */
async function once(
  scene: CheckScene,
  check: Exclude<Check, Check<"manual">>,
  deadline: AbortSignal,
): Promise<Finding> {
  const work = runnerOf(check.kind)(scene, check, deadline).catch((error: unknown) =>
    deadline.aborted ? late(check) : { passed: false, found: messageOf(error) },
  );
  const patience = after(deadline, CLEAN_UP_MS);
  try {
    return await Promise.race([work, patience.over.then(() => late(check))]);
  } finally {
    patience.end();
  }
}

/** A time that begins when a signal is aborted. */
function after(
  signal: AbortSignal,
  milliseconds: number,
): { over: Promise<void>; end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let begin: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    begin = () => {
      timer = setTimeout(resolve, milliseconds);
    };
  });
  signal.addEventListener("abort", begin, { once: true });
  const end = (): void => {
    signal.removeEventListener("abort", begin);
    clearTimeout(timer);
  };
  return { over, end };
}

function late({ deadlineSeconds }: Check): Finding {
  return { passed: false, found: `no answer within ${deadlineSeconds} s` };
}

/** Checks that look at the same, together. */
function sameProbe(checks: readonly Check[]): readonly (readonly Check[])[] {
  const groups = new Map<string, Check[]>();
  for (const check of checks) {
    const key = probeKey(check);
    groups.set(key, [...(groups.get(key) ?? []), check]);
  }
  return [...groups.values()];
}

/** The table is typed by kind; which kind a check is, is known only here. */
function runnerOf(
  kind: Exclude<CheckKind, "manual">,
): (scene: CheckScene, check: Check, signal: AbortSignal) => Promise<Finding> {
  return RUNNERS[kind] as (
    scene: CheckScene,
    check: Check,
    signal: AbortSignal,
  ) => Promise<Finding>;
}
