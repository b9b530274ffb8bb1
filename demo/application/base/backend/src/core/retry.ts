import { setTimeout as pause } from "node:timers/promises";

const pauseMilliseconds = 250;

/** Repeats an attempt until it succeeds, and says once why it has to; after the deadline the last error is thrown. */
export async function waitFor<Result>(
  what: string,
  attempt: () => Promise<Result>,
  deadlineMilliseconds = 120_000,
): Promise<Result> {
  const deadline = Date.now() + deadlineMilliseconds;
  let reason = "";
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`${what} was not reached in ${deadlineMilliseconds} ms`, { cause: error });
      }
      const current = error instanceof Error ? error.message : String(error);
      if (current !== reason) {
        reason = current;
        console.error(`waiting for ${what}: ${reason}`);
      }
    }
    await pause(pauseMilliseconds);
  }
}
