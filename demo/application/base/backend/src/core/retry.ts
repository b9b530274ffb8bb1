import { setTimeout as pause } from "node:timers/promises";

const pauseMilliseconds = 250;

/** Repeats an attempt until it succeeds; after the deadline the last error is thrown. */
export async function waitFor<Result>(
  what: string,
  attempt: () => Promise<Result>,
  deadlineMilliseconds = 120_000,
): Promise<Result> {
  const deadline = Date.now() + deadlineMilliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`${what} was not reached in ${deadlineMilliseconds} ms`, { cause: error });
      }
    }
    await pause(pauseMilliseconds);
  }
}
