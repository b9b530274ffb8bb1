import type { GovernedVolume } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { alreadyStopped } from "../../host/docker/statuses";
import { volumeUsers } from "../../host/docker/users";

/** Stops, in place, every container that runs with one of the volumes; returns their names. Never removes one. */
export async function stopUsers(
  context: HostContext,
  volumes: readonly GovernedVolume[],
): Promise<string[]> {
  const users = (await Promise.all(volumes.map((volume) => volumeUsers(context, volume)))).flat();
  const byId = new Map(users.map((user) => [user.id, user.name]));
  await Promise.all(
    [...byId].map(async ([id, name]) => {
      context.report(`stopping ${name}: its volume will be overwritten`);
      await context.docker.getContainer(id).stop().catch(alreadyStopped);
    }),
  );
  return [...byId.values()];
}
