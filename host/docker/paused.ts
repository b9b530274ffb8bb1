import type Docker from "dockerode";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Does some work while a container stands still, and lets it go on whatever happens, also when this process is asked to
 * end. The first error is never hidden: if the way back fails too, both are told.
 */
export async function whilePaused<T>(
  container: Docker.Container,
  work: () => Promise<T>,
): Promise<T> {
  const resumeAndEnd = (signal: NodeJS.Signals): void => {
    // The handler replaces the default: without the second kill the process would no longer end on the signal.
    void resume(container).finally(() => process.kill(process.pid, signal));
  };
  for (const signal of SIGNALS) process.once(signal, resumeAndEnd);
  await container.pause();
  let failure: unknown;
  try {
    return await work();
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, resumeAndEnd);
    await resume(container).catch((error: unknown) => {
      throw failure === undefined
        ? error
        : new AggregateError([failure, error], bothTexts(failure, error));
    });
  }
}

async function resume(container: Docker.Container): Promise<void> {
  try {
    await container.unpause();
  } catch (error) {
    const { State } = await container.inspect();
    if (State.Paused) throw error;
  }
}

function bothTexts(first: unknown, second: unknown): string {
  return `${String(first)}; and the container could not be resumed: ${String(second)}`;
}
