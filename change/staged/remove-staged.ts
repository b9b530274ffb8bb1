import type { ChangeRequest } from "../../plan/model/wanted";
import type { HostContext } from "../../host/context";
import { observeContainers } from "../../host/docker/containers";
import { type NetworkEnd, removeNetwork } from "../../host/docker/networks";
import { retireContainer } from "../retire/retire";

/** Names, without prefix, of what was removed and of networks that something else still uses. */
export interface RemovedStage {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly networksInUse: readonly string[];
}

/**
 * Removes the containers and networks that a change created for its side and that nothing routes to yet. Only containers that
 * carry that side's label and one of its names are ever touched; logs and settings are kept first, volumes and images stay.
 */
export async function removeStaged(
  context: HostContext,
  request: ChangeRequest,
): Promise<RemovedStage> {
  const { topology } = request.wanted;
  const names = new Set(topology.services.map(({ name }) => name));
  const staged = (await observeContainers(context)).filter(
    ({ name, stack }) => names.has(name) && stack === request.stack,
  );
  if (staged.length > 0) context.report(`removing ${staged.length} staged containers`);
  await Promise.all(staged.map(({ id }) => retireContainer(context, request.number, id)));
  const networks = await Promise.all(
    topology.networks.map(async ({ dockerName: name }) => ({
      name,
      end: await removeNetwork(context, name),
    })),
  );
  const ended = (end: NetworkEnd) => networks.filter((each) => each.end === end);
  return {
    containers: staged.map(({ name }) => name),
    networks: ended("removed").map(({ name }) => name),
    networksInUse: ended("inUse").map(({ name }) => name),
  };
}
