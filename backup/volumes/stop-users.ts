import type { GovernedVolume } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { type Resume, stopContainers } from "../../host/docker/stop";
import { volumeUsers } from "../../host/docker/users";

/** Stops, in place, every container that runs with one of the volumes; never removes one. */
export async function stopUsers(
  context: HostContext,
  volumes: readonly GovernedVolume[],
): Promise<{ readonly names: readonly string[]; readonly resume: Resume }> {
  const users = (await Promise.all(volumes.map((volume) => volumeUsers(context, volume)))).flat();
  const byId = new Map(users.map(({ id, name }) => [id, name]));
  const names = [...byId.values()];
  for (const name of names) context.report(`stopping ${name}: its volume will be overwritten`);
  const resume = await stopContainers(
    context,
    [...byId.keys()].map((id) => ({ id })),
  );
  return { names, resume };
}
