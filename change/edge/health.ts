import type { Service } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { inspectContainer, troubleOf } from "../../host/docker/containers";
import { NOT_MODIFIED, unless } from "../../host/docker/statuses";
import { waitFor } from "../../host/docker/wait";

const HEALTHY_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 500;
const ASKED_EVERY_MS = 100;

/** Starts those of the services' containers that do not run, all at once: they have run together before. */
export async function startMissing(
  context: HostContext,
  services: readonly Service[],
): Promise<void> {
  await Promise.all(services.map((service) => startIfMissing(context, service)));
}

/**
 * Starts those of the services' containers that do not run, each when those of the services that it waits for are so far. What runs once
 * and has done its work is not started again.
 */
export async function startInOrder(
  context: HostContext,
  services: readonly Service[],
): Promise<void> {
  const byName = new Map(services.map((service) => [service.name, service]));
  await Promise.all(
    services.map(async (service) => {
      const needed = service.startsAfter.flatMap((each) => byName.get(each.service) ?? []);
      await waitAnswering(context, needed);
      if (service.runsOnce && (await troubleOf(context, service)) === null) return;
      await startIfMissing(context, service);
    }),
  );
}

async function startIfMissing(context: HostContext, { containerName: name }: Service) {
  const info = await inspectContainer(context, name);
  if (info === undefined) throw new Error(`container ${name} was not staged`);
  if (info.State.Running) return;
  context.report(`starting ${name}`);
  await context.docker.getContainer(info.Id).start().catch(unless(NOT_MODIFIED));
}

/** Waits until every service's container runs and is healthy; one without a health check has to run. */
export async function waitHealthy(
  context: HostContext,
  services: readonly Service[],
): Promise<void> {
  let told = -1;
  await waitFor(
    async () => {
      const states = await Promise.all(services.map((service) => stateOf(context, service)));
      const missing = states.filter((state) => state !== null);
      const healthy = services.length - missing.length;
      if (healthy !== told) context.report(`${healthy} of ${services.length} containers healthy`);
      told = healthy;
      return missing.length === 0
        ? { done: true, value: null }
        : { done: false, state: missing.join(", ") };
    },
    {
      deadlineMs: HEALTHY_WITHIN_MS,
      intervalMs: LOOK_EVERY_MS,
      message: "all containers to be healthy",
    },
  );
}

/** Like `waitHealthy`, where every moment counts: each container is asked on its own, and again at once. */
export async function waitAnswering(
  context: HostContext,
  services: readonly Service[],
): Promise<void> {
  await Promise.all(
    services.map((service) =>
      waitFor(
        async () => {
          const state = await stateOf(context, service);
          return state === null ? { done: true, value: null } : { done: false, state };
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

/** Null when the container is fine, else its name and what it is. */
async function stateOf(context: HostContext, service: Service): Promise<string | null> {
  const trouble = await troubleOf(context, service);
  return trouble === null ? null : `${service.containerName} is ${trouble}`;
}
