import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { peakMemory } from "./memory";
import type { Place } from "./place";
import type { Task } from "./worker";

export type Work = Omit<Task, "context">;

/** Performs a backup or a restore in a process of its own; seconds are those of the work, without that process's start. */
export async function secondsOf(place: Place, work: Work): Promise<number> {
  const worker = await startWorker();
  return perform(worker, place, work);
}

/** Seconds of several, each in a process of its own, as Pulumi runs them: at once or one after another. */
export async function secondsOfAll(
  place: Place,
  works: readonly Work[],
  atOnce: boolean,
): Promise<number> {
  const workers = await Promise.all(
    works.map(async (work) => ({ work, worker: await startWorker() })),
  );
  const started = performance.now();
  if (atOnce) {
    await Promise.all(workers.map(({ work, worker }) => perform(worker, place, work)));
  } else {
    for (const { work, worker } of workers) await perform(worker, place, work);
  }
  return (performance.now() - started) / 1000;
}

/** Peak of the memory, in MiB, of all processes and helpers that a backup or a restore takes. Looking costs time: not to be timed. */
export async function peakMiBOf(place: Place, work: Work): Promise<number> {
  const worker = await startWorker();
  const { pid } = worker;
  if (pid === undefined) throw new Error("the benchmark's process did not start");
  return peakMemory(place.context.docker, pid, perform(worker, place, work));
}

async function startWorker(): Promise<ChildProcess> {
  const worker = fork(join(__dirname, "worker.ts"), {
    execArgv: ["--require", "tsx/cjs"],
    cwd: join(__dirname, "..", ".."),
  });
  await once(worker, "message");
  return worker;
}

function perform(worker: ChildProcess, place: Place, work: Work): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    worker.on("message", (message: { readonly seconds: number } | { readonly error: string }) => {
      if ("seconds" in message) resolve(message.seconds);
      else reject(new Error(message.error));
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      reject(new Error(`the benchmark's process ended with ${code ?? "a signal"}`));
    });
    const { repository, stateDirectory, compose, helperImage } = place.context;
    worker.send({
      ...work,
      context: { repository, stateDirectory, compose, helperImage },
    });
  });
}
