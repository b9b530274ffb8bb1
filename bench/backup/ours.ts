import { fork } from "node:child_process";
import { join } from "node:path";
import { peakMemory } from "./memory";
import type { Place } from "./place";
import type { Task } from "./worker";

export interface Performed {
  readonly seconds: number;
  readonly peakMiB: number;
}

/** Performs a backup or a restore in a process of its own; seconds are those of the work, without that process's start. */
export async function perform(place: Place, task: Omit<Task, "context">): Promise<Performed> {
  const child = fork(join(__dirname, "worker.ts"), {
    execArgv: ["--require", "tsx/cjs"],
    cwd: join(__dirname, "..", ".."),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the benchmark's process did not start");
  const ended = new Promise<number>((resolve, reject) => {
    child.on("message", (message: unknown) => {
      if (message === "ready") {
        const { repository, stateDirectory, namePrefix, helperImage } = place.context;
        const context = { repository, stateDirectory, namePrefix, helperImage };
        child.send({ ...task, context });
      } else if (typeof message === "object" && message !== null && "seconds" in message) {
        resolve(Number(message.seconds));
      } else {
        reject(new Error((message as { error: string }).error));
      }
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      reject(new Error(`the benchmark's process ended with ${code ?? "a signal"}`));
    });
  });
  const { value, peakMiB } = await peakMemory(place.context.docker, pid, ended);
  return { seconds: value, peakMiB };
}
