import type { Service } from "../../plan/application/topology";
import { dockerName, type HostContext } from "../../host/context";
import { inspectContainer } from "../../host/docker/containers";
import { healthNow, isWell } from "../../host/docker/health";
import { alreadyStopped } from "../../host/docker/statuses";
import { execute } from "../../host/docker/exec";
import type { Running } from "./notes";

const CHECKPOINT =
  'exec psql --quiet --username="$POSTGRES_USER" --dbname="${POSTGRES_DB:-$POSTGRES_USER}" --command=CHECKPOINT';

/** Stops containers, all at once, with the time that each needs to write its data down; returns when they have exited. */
export async function stopServices(
  context: HostContext,
  services: readonly Service[],
): Promise<void> {
  await Promise.all(
    services.map(async (service) => {
      const container = context.docker.getContainer(dockerName(context, service.name));
      // Neither one that is stopped nor one that is gone can write.
      await container.stop({ t: service.stopSeconds }).catch(alreadyStopped);
    }),
  );
}

/** Those services' containers that run. */
export async function runningServices(
  context: HostContext,
  services: readonly Service[],
): Promise<Running[]> {
  const found = await Promise.all(
    services.map(async ({ name }) => {
      const info = await inspectContainer(context, dockerName(context, name));
      if (!info?.State.Running) return [];
      return [{ id: info.Id, name, healthy: isWell(await healthNow(context.docker, info)) }];
    }),
  );
  return found.flat();
}

/** A database that has just written everything down stops quicker; it is not needed for anything else. */
export async function writeDownAhead(
  context: HostContext,
  stores: readonly Service[],
): Promise<void> {
  const databases = stores.filter(({ environment }) => "POSTGRES_USER" in environment);
  await Promise.all(
    databases.map(async ({ name }) => {
      const container = context.docker.getContainer(dockerName(context, name));
      await execute(container, ["sh", "-c", CHECKPOINT]).catch((error: unknown) => {
        context.report(`${name} wrote nothing down ahead: ${String(error)}`);
      });
    }),
  );
}
