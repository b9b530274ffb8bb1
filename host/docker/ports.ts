import { createServer } from "node:net";
import type { HostContext } from "../context";

/** Those of the ports that something else than the application's own containers, given by their ids, listens on. */
export async function foreignPorts(
  context: HostContext,
  ports: readonly number[],
  own: readonly string[],
): Promise<readonly number[]> {
  const running = await context.docker.listContainers();
  const ours = running
    .filter(({ Id }) => own.includes(Id))
    .flatMap((container) => container.Ports.map((port) => port.PublicPort));
  const others = ports.filter((port) => !ours.includes(port));
  const taken = await Promise.all(
    others.map(async (port) => ((await isTaken(port)) ? [port] : [])),
  );
  return taken.flat();
}

/** Whether binding fails because the port is in use; a port that only root may bind does not count as taken. */
async function isTaken(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "EADDRINUSE");
    });
    server.listen(port, "0.0.0.0", () => {
      server.close(() => {
        resolve(false);
      });
    });
  });
}
