import type { Service } from "../../plan/topology";
import { dockerName, type HostContext, type Progress } from "../context";
import { healthOf, inspectContainer } from "../docker/containers";
import { NOT_MODIFIED, unless } from "../docker/statuses";
import { execute } from "../docker/exec";
import { waitFor } from "../docker/wait";

const HEALTHY_WITHIN_MS = 180_000;
const ASKED_EVERY_MS = 100;
const ANSWERS_WITHIN_MS = 5_000;

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
      await context.docker.getContainer(info.Id).start().catch(unless(NOT_MODIFIED));
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

/**
 * Like `waitHealthy`, where every second counts: asks each container's own health check at once instead of waiting for Docker's
 * next look. One that has restarted meanwhile is asked again.
 */
export async function waitAnswering(
  context: HostContext,
  services: readonly Service[],
): Promise<void> {
  await Promise.all(
    services.map((service) =>
      waitFor(
        async () => {
          const state = await answerOf(context, service);
          return state === "" ? { done: true, value: null } : { done: false, state };
        },
        {
          deadlineMs: HEALTHY_WITHIN_MS,
          intervalMs: ASKED_EVERY_MS,
          message: `${service.name} to be healthy`,
        },
      ),
    ),
  );
}

/** Empty when the container's health check succeeds, else what it says. */
async function answerOf(context: HostContext, service: Service): Promise<string> {
  const state = await stateOf(context, service);
  if (state === "") return "";
  const info = await inspectContainer(context, dockerName(context, service.name));
  const test = info?.State.Running ? (info.Config.Healthcheck?.Test ?? []) : [];
  const argv = test[0] === "CMD-SHELL" ? ["/bin/sh", "-c", ...test.slice(1)] : test.slice(1);
  if (info === undefined || argv.length === 0) return state;
  try {
    const container = context.docker.getContainer(info.Id);
    const { exitCode } = await execute(container, argv, { deadlineMs: ANSWERS_WITHIN_MS });
    return exitCode === 0 ? "" : `its health check ends with ${exitCode}`;
  } catch (error) {
    return String(error);
  }
}
