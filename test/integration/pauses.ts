import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type Docker from "dockerode";

/** What the events are ended by: a command that is never started. */
const LAST = "/the-end-of-the-work";

/**
 * Milliseconds of every pause of a container while some work was done, by Docker's own clock. Heard as they happen: Docker remembers
 * only the last few events of everything that runs.
 */
export async function pausesOf(
  container: Docker.Container,
  docker: Docker,
  work: () => Promise<unknown>,
): Promise<number[]> {
  const stream = await docker.getEvents({ filters: { container: [container.id] } });
  if (!(stream instanceof Readable)) throw new Error("Docker did not give a stream");
  const lines = createInterface({ input: stream });
  const pauses = collect(lines);
  try {
    await work();
    await container.exec({ Cmd: [LAST] });
    return await pauses;
  } finally {
    lines.close();
    stream.destroy();
  }
}

async function collect(lines: AsyncIterable<string>): Promise<number[]> {
  const pauses: number[] = [];
  let begun: number | null = null;
  for await (const line of lines) {
    const { Action, timeNano } = JSON.parse(line) as { Action: string; timeNano: number };
    if (Action === "pause") begun = timeNano;
    if (Action === "unpause" && begun !== null) {
      pauses.push((timeNano - begun) / 1e6);
      begun = null;
    }
    if (Action.startsWith(`exec_create: ${LAST}`)) return pauses;
  }
  throw new Error("Docker's events ended");
}
