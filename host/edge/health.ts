import type { Service } from "../../plan/topology";
import { dockerName, type HostContext, type Progress } from "../context";
import { healthOf, inspectContainer } from "../docker/containers";
import { waitFor } from "../docker/wait";

const HEALTHY_WITHIN_MS = 180_000;

/** Starts those of the services' containers that do not run. */
export async function startMissing(
  context: HostContext,
  services: readonly Service[],
  progress: Progress,
): Promise<void> {
  await Promise.all(
    services.map(async (service) => {
      const name = dockerName(context, service.name);
      const info = await inspectContainer(context, name);
      if (info === undefined) throw new Error(`container ${name} was not staged`);
      if (info.State.Running) return;
      progress(`starting ${name}`);
      await context.docker.getContainer(info.Id).start();
    }),
  );
}

/** Waits until every service's container runs and is healthy; one without a health check has to run. */
export async function waitHealthy(
  context: HostContext,
  services: readonly Service[],
  progress: Progress,
): Promise<void> {
  let told = -1;
  await waitFor(
    async () => {
      const states = await Promise.all(services.map((service) => stateOf(context, service)));
      const missing = states.filter((state) => state !== "");
      const healthy = services.length - missing.length;
      if (healthy !== told) progress(`${healthy} of ${services.length} containers healthy`);
      told = healthy;
      return missing.length === 0
        ? { done: true, value: null }
        : { done: false, state: missing.join(", ") };
    },
    { deadlineMs: HEALTHY_WITHIN_MS, intervalMs: 250, message: "all containers to be healthy" },
  );
}

/** Empty when the container is fine, else its name and what it is. */
async function stateOf(context: HostContext, service: Service): Promise<string> {
  const name = dockerName(context, service.name);
  const info = await inspectContainer(context, name);
  if (info === undefined) return `${name} is missing`;
  const health = healthOf(info);
  if (info.State.Running && (health === "healthy" || health === "none")) return "";
  return `${name} is ${info.State.Running ? health : info.State.Status}`;
}
