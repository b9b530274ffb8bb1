import type { ChangeRequest } from "../../plan/model/wanted";
import type { HostContext } from "../../host/context";
import { PREVIOUS_SUFFIX } from "../../host/docker/containers";
import { removeNetwork } from "../../host/docker/networks";
import { endContainer } from "../../host/docker/users";
import { alreadyStopped, gone } from "../../host/docker/statuses";
import { readChange } from "../records/read";
import { keepEvidence } from "./evidence";

export interface RetiredSide {
  /** How many containers are gone. */
  readonly retired: number;
  /** Networks that are left, as Docker names them. */
  readonly networksInUse: readonly string[];
}

/**
 * Removes what the change left behind once the new side serves: containers by the ids that were recorded when it began, those
 * that were parked, and the other side's networks. Volumes stay, and so do networks that something else uses: the side serves, and that
 * must not fail because of them.
 */
export async function retire(context: HostContext, request: ChangeRequest): Promise<RetiredSide> {
  const change = await readChange(context, request.number);
  const recorded = (change?.retire ?? []).map(({ id }) => id);
  const ids = [...new Set([...recorded, ...(await renamedAway(context, request))])];
  if (ids.length > 0) context.report(`retiring ${ids.length} containers of the other side`);
  await Promise.all(ids.map((id) => retireContainer(context, request.number, id)));
  const networksInUse: string[] = [];
  for (const { id, name } of change?.retireNetworks ?? []) {
    if ((await removeNetwork(context, id)) === "inUse") networksInUse.push(name);
  }
  if (networksInUse.length > 0) {
    context.report(`left, because something else uses them: networks ${networksInUse.join(", ")}`);
  }
  return { retired: ids.length, networksInUse };
}

/** Containers that were parked for this stack's own: `<name>.previous-<id>`. */
async function renamedAway(context: HostContext, request: ChangeRequest): Promise<string[]> {
  const prefixes = request.wanted.topology.services.map(
    ({ containerName }) => `/${containerName}${PREVIOUS_SUFFIX}-`,
  );
  const containers = await context.docker.listContainers({ all: true });
  return containers
    .filter(({ Names, Id }) =>
      Names.some((name) => prefixes.some((prefix) => name === `${prefix}${Id.slice(0, 12)}`)),
    )
    .map(({ Id }) => Id);
}

/** Keeps a container's logs and settings, stops it (databases get the time that their stop timeout gives them) and removes it. */
export async function retireContainer(
  context: HostContext,
  number: number,
  id: string,
): Promise<void> {
  const container = context.docker.getContainer(id);
  const info = await container.inspect().catch(gone);
  if (info === null) return;
  await keepEvidence(context, number, container, info);
  if (info.State.Running) await container.stop().catch(alreadyStopped);
  await endContainer(context, id);
}
