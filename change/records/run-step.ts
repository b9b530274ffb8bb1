import type { HostContext } from "../../host/context";
import { waitFor } from "../../host/docker/wait";
import type { StepResult } from "./format";
import { beginStep, finishStep, readStep, type StepTrigger, stepDone, stillRuns } from "./steps";

const OTHER_RUN_DEADLINE_MS = 15 * 60_000;
const OTHER_RUN_INTERVAL_MS = 500;

/**
 * Runs a step of a change once per trigger: a repeated run gets the stored result. A step that failed or was killed runs
 * again from its start, so `work` must be idempotent; one that a killed run left behind, still working, is waited for.
 */
export async function runStep(
  context: HostContext,
  step: { readonly number: number; readonly name: string; readonly trigger: StepTrigger },
  work: () => Promise<StepResult>,
): Promise<StepResult> {
  await waitForOtherRun(context, step);
  const done = await stepDone(context, step.number, step.name, step.trigger);
  if (done !== null) return done;
  await beginStep(context, step.number, step.name, step.trigger);
  const result = await work();
  await finishStep(context, step.number, step.name, step.trigger, result);
  return result;
}

async function waitForOtherRun(
  context: HostContext,
  step: { readonly number: number; readonly name: string },
): Promise<void> {
  let told = false;
  const what = `step "${step.name}" of change ${step.number}, which an earlier run left behind still working`;
  await waitFor(
    async () => {
      const stored = await readStep(context, step.number, step.name);
      if (stored === null || stored.finishedAt !== null || !(await stillRuns(stored))) {
        return { done: true, value: null };
      }
      if (!told) context.report(`waiting for ${what} in process ${stored.by.pid}`);
      told = true;
      return { done: false, state: `process ${stored.by.pid} runs; end it to go on` };
    },
    { deadlineMs: OTHER_RUN_DEADLINE_MS, intervalMs: OTHER_RUN_INTERVAL_MS, message: what },
  );
}
