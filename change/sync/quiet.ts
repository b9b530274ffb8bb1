import type { Quiet } from "../../plan/data/sync";
import type { Service } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { containerOf, inspectContainer } from "../../host/docker/containers";
import { healthNow, isWell } from "../../host/docker/health";
import { type Resume, stopContainers } from "../../host/docker/stop";
import { storeOf } from "../../stores/stores";
import { startMissing, waitAnswering } from "../edge/health";
import type { Running } from "./notes";

/** Stops services, all at once, with the time that each needs to write its data down; returns when they have exited. */
export async function stopServices(
  context: HostContext,
  services: readonly Service[],
): Promise<Resume> {
  const stopping = services.map(({ containerName, stopSeconds }) => {
    return { id: containerName, seconds: stopSeconds };
  });
  return stopContainers(context, stopping);
}

/**
 * How a side that was stopped for a sync goes on: exactly what ran, stores before those who need them. Made of what was noted, so that a
 * later run has it too.
 */
export function resumeQuiet(
  context: HostContext,
  { stores, writers }: Quiet,
  noted: readonly Running[],
): Resume {
  const ran = (services: readonly Service[]) =>
    services.filter(({ name }) => noted.some((each) => each.name === name));
  const healthy = (services: readonly Service[]) =>
    services.filter(({ name }) => noted.some((each) => each.name === name && each.healthy));
  return async () => {
    await startMissing(context, ran(stores));
    // Whoever was ill before must not keep the others from serving.
    await waitAnswering(context, healthy(stores)).finally(() =>
      startMissing(context, ran(writers)),
    );
  };
}

/** Those services' containers that run. */
export async function runningServices(
  context: HostContext,
  services: readonly Service[],
): Promise<Running[]> {
  const found = await Promise.all(
    services.map(async ({ name, containerName }) => {
      const info = await inspectContainer(context, containerName);
      if (!info?.State.Running) return [];
      return [{ id: info.Id, name, healthy: isWell(await healthNow(context.docker, info)) }];
    }),
  );
  return found.flat();
}

/** A store that has just written everything down stops quicker; it is not needed for anything else. */
export async function writeDownAhead(
  context: HostContext,
  stores: readonly Service[],
): Promise<void> {
  await Promise.all(
    stores.map(async (service) => {
      try {
        await storeOf(service)?.quiesce?.(containerOf(context, service));
      } catch (error) {
        context.report(`${service.name} wrote nothing down ahead: ${String(error)}`);
      }
    }),
  );
}
