import type { HostContext } from "../context";
import { alreadyStopped, NOT_MODIFIED, unless } from "./statuses";

/** Starts exactly what was stopped; whoever stops something returns it. */
export type Resume = () => Promise<void>;

/** A container by its id or name, and how long it may take to write its data down; unset: what it was created with. */
export interface Stopping {
  readonly id: string;
  readonly seconds?: number;
}

/** Stops containers, all at once; returns, when they have exited, how to start those that ran. */
export async function stopContainers(
  context: HostContext,
  containers: readonly Stopping[],
): Promise<Resume> {
  const stopped: string[] = [];
  const resume = () => startContainers(context, stopped);
  const runs = await Promise.allSettled(
    containers.map(async ({ id, seconds }) => {
      if (await stop(context, id, seconds)) stopped.push(id);
    }),
  );
  const failed = runs.find((run) => run.status === "rejected");
  if (failed === undefined) return resume;
  await resumeAfter(failed.reason, resume);
  throw failed.reason;
}

export async function startContainers(context: HostContext, ids: readonly string[]): Promise<void> {
  await Promise.all(
    ids.map((id) => context.docker.getContainer(id).start().catch(unless(NOT_MODIFIED))),
  );
}

/** Brings back what was stopped, after a failure; where that fails too, its error never hides the first one. */
export async function resumeAfter(reason: unknown, resume: Resume): Promise<void> {
  try {
    await resume();
  } catch (error) {
    throw new AggregateError(
      [reason, error],
      `${String(reason)}; and what had been stopped could not be started again: ${String(error)}`,
    );
  }
}

/** False where it did not run: neither one that is stopped nor one that is gone can write. */
async function stop(context: HostContext, id: string, seconds?: number): Promise<boolean> {
  const how = seconds === undefined ? {} : { t: seconds };
  return context.docker
    .getContainer(id)
    .stop(how)
    .then(
      () => true,
      (error: unknown) => {
        alreadyStopped(error);
        return false;
      },
    );
}
