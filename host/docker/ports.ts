import { createServer } from "node:net";
import { STACK_NAMES } from "../../plan/application/topology";
import { dockerName, type HostContext } from "../context";

/** Those of the ports that something else than this application's own edges listens on. */
export async function foreignPorts(
  context: HostContext,
  ports: readonly number[],
): Promise<readonly number[]> {
  const running = await context.docker.listContainers();
  const edges = new Set(
    STACK_NAMES.map((stack) => `/${dockerName(context, context.application.edges[stack])}`),
  );
  const ours = running
    .filter((container) => container.Names.some((name) => edges.has(name)))
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
