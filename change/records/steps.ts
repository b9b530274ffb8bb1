import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { HostContext } from "../../host/context";
import { isErrno, makePrivateFolder, writeDurably } from "../../host/durable-file";
import { isAlive, thisProcess } from "../../host/processes";
import { statePath } from "../../host/state-directory";
import { parseStep, type StepResult, type StoredStep } from "./format";

export type StepTrigger = readonly (string | number)[];

/** The result of a step that has ended under this trigger; null if it has to run. */
export async function stepDone(
  context: HostContext,
  number: number,
  step: string,
  trigger: StepTrigger,
): Promise<StepResult | null> {
  const stored = await readStep(context, number, step);
  if (stored === null || stored.finishedAt === null) return null;
  return sameTrigger(stored.trigger, trigger) ? (stored.result ?? {}) : null;
}

/** Notes, before the first effect, that a step runs. */
export async function beginStep(
  context: HostContext,
  number: number,
  step: string,
  trigger: StepTrigger,
): Promise<void> {
  const by = { host: hostname(), ...(await thisProcess()) };
  const startedAt = new Date().toISOString();
  await writeStep(context, number, {
    step,
    trigger,
    startedAt,
    finishedAt: null,
    result: null,
    by,
  });
}

/** Notes, after the last effect, that a step has ended and what it tells a repeated run. */
export async function finishStep(
  context: HostContext,
  number: number,
  step: string,
  trigger: StepTrigger,
  result: StepResult,
): Promise<void> {
  const begun = await readStep(context, number, step);
  if (begun === null || !sameTrigger(begun.trigger, trigger)) {
    throw new Error(`step "${step}" of change ${number} ends, but it was not begun`);
  }
  await writeStep(context, number, { ...begun, finishedAt: new Date().toISOString(), result });
}

/** Every step that a change began, by name. */
export async function readSteps(context: HostContext, number: number): Promise<StoredStep[]> {
  const folder = stepsFolder(context, number);
  const names = await readdir(folder).catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  });
  // A name that begins with a dot is a write that was cut off.
  const files = names.filter((name) => !name.startsWith(".") && name.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (name) => parseStep(await readFile(join(folder, name), "utf8"))),
  );
}

/** Steps whose process still runs, as after a `kill -9` of pulumi alone: they still write. */
export async function runningSteps(context: HostContext, number: number): Promise<StoredStep[]> {
  const unfinished = (await readSteps(context, number)).filter((step) => step.finishedAt === null);
  const running = await Promise.all(unfinished.map(stillRuns));
  return unfinished.filter((_, index) => running[index]);
}

/** Whether the process that ran a step last is another one, on this machine, and still there. */
export async function stillRuns(step: StoredStep): Promise<boolean> {
  const here = step.by.host === hostname();
  return here && step.by.pid !== process.pid && (await isAlive(step.by));
}

/** One step as it is stored; null if it never began. */
export async function readStep(
  context: HostContext,
  number: number,
  step: string,
): Promise<StoredStep | null> {
  try {
    return parseStep(await readFile(stepFile(context, number, step), "utf8"));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw new Error(`step "${step}" of change ${number} cannot be read`, { cause: error });
  }
}

async function writeStep(context: HostContext, number: number, stored: StoredStep): Promise<void> {
  await makePrivateFolder(stepsFolder(context, number));
  const text = `${JSON.stringify(stored, null, 2)}\n`;
  await writeDurably(stepFile(context, number, stored.step), text);
}

function stepFile(context: HostContext, number: number, step: string): string {
  // Volume names may be paths; the step's real name stands in the file.
  return join(stepsFolder(context, number), `${encodeURIComponent(step)}.json`);
}

function stepsFolder(context: HostContext, number: number): string {
  return join(statePath.record(context, number), "steps");
}

function sameTrigger(one: StepTrigger, other: StepTrigger): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
