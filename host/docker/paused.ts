import type Docker from "dockerode";
import { statusOf } from "./statuses";
import { startPauseGuard } from "./pause-guard";
import { waitFor } from "./wait";

/** Milliseconds after which a container goes on, whatever is still done. Docker takes as long again, and on a busy host longer: 100 in all. */
const LIMIT_MS = 25;

const RESUMED_WITHIN_MS = 30_000;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Paused<T> {
  readonly value: T;
  /** How long the container stood still. */
  readonly milliseconds: number;
  /** Whether the work was over before the container went on. */
  readonly inTime: boolean;
}

/** Does some short work while the container stands still; null where Docker cannot make it do so at this moment. */
export type WhilePaused = <T>(work: () => Promise<T>) => Promise<Paused<T> | null>;

/**
 * Lets `work` pause a container for moments. The container goes on whatever happens: the work fails or takes too long, this process
 * is asked to end, or is killed (then a guard sees to it). The first error is never hidden: if the way back fails too, both are told.
 */
export async function pausing<T>(
  container: Docker.Container,
  work: (whilePaused: WhilePaused) => Promise<T>,
): Promise<T> {
  const guard = await startPauseGuard(container.id);
  const resumeAndEnd = (signal: NodeJS.Signals): void => {
    // The handler replaces the default: without the second kill the process would no longer end on the signal.
    void resume(container).finally(() => process.kill(process.pid, signal));
  };
  for (const signal of SIGNALS) process.once(signal, resumeAndEnd);
  try {
    return await work((part) => whilePaused(container, part));
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, resumeAndEnd);
    await guard.end();
  }
}

async function whilePaused<T>(
  container: Docker.Container,
  work: () => Promise<T>,
): Promise<Paused<T> | null> {
  if (!(await pause(container))) return null;
  const started = performance.now();
  let resumed: Promise<void> | undefined;
  const timer = setTimeout(() => {
    resumed = resume(container);
    // Waited for below.
    resumed.catch(() => undefined);
  }, LIMIT_MS);
  const [done] = await Promise.allSettled([work()]);
  clearTimeout(timer);
  const inTime = resumed === undefined;
  const [back] = await Promise.allSettled([resumed ?? resume(container)]);
  const milliseconds = Math.round(performance.now() - started);
  if (done.status === "fulfilled" && back.status === "fulfilled") {
    return { value: done.value, milliseconds, inTime };
  }
  throw failure(done, back);
}

/** Freezing fails where processes begin faster than they are frozen. An answer that got lost may still have paused it. */
async function pause(container: Docker.Container): Promise<boolean> {
  try {
    await container.pause();
    return true;
  } catch (error) {
    await resume(container);
    if (statusOf(error) === 500) return false;
    throw error;
  }
}

/** Shortly after a change Docker may still refuse, and take a container for paused that is not, or the other way round. */
async function resume(container: Docker.Container): Promise<void> {
  await waitFor(
    async () => {
      const refused = await container.unpause().then(
        () => null,
        (error: unknown) => String(error),
      );
      if (refused === null || !(await container.inspect()).State.Paused) {
        return { done: true, value: null };
      }
      return { done: false, state: refused };
    },
    { deadlineMs: RESUMED_WITHIN_MS, intervalMs: 10, message: "a paused container to go on" },
  );
}

function failure(
  done: PromiseSettledResult<unknown>,
  back: PromiseSettledResult<unknown>,
): unknown {
  const reasons = [done, back].flatMap((each) =>
    each.status === "rejected" ? [each.reason as unknown] : [],
  );
  if (reasons.length === 1) return reasons[0];
  const [first, second] = reasons.map(String);
  const text = `${first ?? ""}; and the container could not be resumed: ${second ?? ""}`;
  return new AggregateError(reasons, text);
}
