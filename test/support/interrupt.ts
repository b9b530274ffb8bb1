import assert from "node:assert/strict";
import { waitFor } from "../../host/docker/wait";
import type { StackName } from "../../plan/application/topology";
import { killTree } from "./kill-tree";
import { readChange, readSteps, type Step } from "./records";
import type { Scene } from "./scene";

const MOMENT_WITHIN_MS = 8 * 60_000;

/** A moment of a run to wait for: whether it is now, or what there is instead. */
export type Moment = () => Promise<true | string>;

/** Waits for a moment of a run that somebody else has started. */
export async function momentOf(moment: Moment, what: string): Promise<void> {
  await waitFor(
    async () => {
      const state = await moment();
      return state === true ? { done: true, value: null } : { done: false, state };
    },
    { deadlineMs: MOMENT_WITHIN_MS, intervalMs: 10, message: what },
  );
}

/** Runs `pulumi up` and kills it, with everything that it started, at a moment; fails if it ends before. */
export async function killUpAt(scene: Scene, stack: StackName, moment: Moment): Promise<void> {
  const { child, finished } = scene.startUp(stack);
  let ended: string | null = null;
  void finished.then(({ output }) => (ended = output));
  await waitFor(
    async () => {
      if (ended !== null) throw new Error(`the run ended before it could be killed:\n${ended}`);
      const state = await moment();
      return state === true ? { done: true, value: null } : { done: false, state };
    },
    { deadlineMs: MOMENT_WITHIN_MS, intervalMs: 10, message: "the moment to kill the run" },
  );
  assert.ok(child.pid);
  await killTree(child.pid);
  await finished;
}

/** In the middle of the restores: some volumes have their content, others are being written. */
export function whileRestoring(scene: Scene, number: number): Moment {
  return async () => {
    const steps = await volumeSteps(scene, number);
    const finished = steps.filter(({ finishedAt }) => finishedAt !== null);
    if (finished.length > 0 && finished.length < steps.length) return true;
    return `${steps.length} restores begun, ${finished.length} finished`;
  };
}

/** After the cutover: the change's own edge serves, and its record is still open. */
export function onceCutOver(scene: Scene, number: number, edge: string): Moment {
  const container = scene.docker.docker.getContainer(`${scene.workspace.namePrefix}${edge}`);
  return async () => {
    const change = await readChange(scene.workspace, number);
    if (change?.cutOver !== true) return "not cut over";
    if (!(await container.inspect()).State.Running) return "the edge does not run";
    return (await scene.client.status("/api/health").catch(() => 0)) === 200 || "no answer";
  };
}

/** The steps of a change that bring volumes to their sources, by name. */
export async function volumeSteps(scene: Scene, number: number): Promise<Step[]> {
  const steps = await readSteps(scene.workspace, number);
  return [...steps.values()]
    .filter(({ step }) => step.startsWith("volume-"))
    .sort((one, other) => one.step.localeCompare(other.step));
}
