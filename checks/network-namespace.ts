import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { HostContext } from "../host/context";
import { Captured } from "../host/docker/captured";
import { frames } from "../host/docker/frames";
import { HELPER_LABEL } from "../host/docker/helper";

const CONNECT = readFileSync(join(__dirname, "try-connections.sh"), "utf8");

/**
 * Which of the targets (`name:port`) accept a TCP connection from inside a container's network namespace, names looked up as it
 * looks them up. Nothing is asked of the container's own image.
 */
export async function unreachableFrom(
  context: HostContext,
  containerId: string,
  targets: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const container = await context.docker.createContainer({
    Image: context.helperImage,
    Entrypoint: ["/bin/bash", "-c", CONNECT, "connect"],
    Cmd: [...targets],
    Labels: { [HELPER_LABEL]: "check" },
    HostConfig: { NetworkMode: `container:${containerId}`, ReadonlyRootfs: true },
  });
  const remove = (): Promise<unknown> => container.remove({ force: true }).catch(() => undefined);
  // Ends the waiting below.
  const stop = (): void => void remove();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await container.start();
    await container.wait();
    const output = await container.logs({ stdout: true, stderr: true });
    const captured = new Captured();
    for await (const frame of frames(Readable.from([output]))) captured.add(frame.bytes);
    const reached = new Set(captured.text().split("\n"));
    return targets.filter((target) => !reached.has(`yes ${target}`));
  } finally {
    signal.removeEventListener("abort", stop);
    await remove();
  }
}
