import type { ChangeRecord } from "../../plan/model/observed";
import { canUnpark, parkedBy, parks } from "../../plan/staging/park";
import type { ChangeRequest } from "../../plan/model/wanted";
import { dockerName, type HostContext } from "../../host/context";
import { inspectContainer, PREVIOUS_SUFFIX } from "../../host/docker/containers";
import { alreadyStopped, gone, NOT_MODIFIED, unless } from "../../host/docker/statuses";
import { requireChange } from "../records/change";
import type { Retired } from "../records/format";

/**
 * Stops the live side's containers that cannot stand beside the staged ones, renames those whose names are needed (never removes
 * one) and removes networks of the same names. They are known by the ids that were recorded when the change began.
 */
export async function park(
  context: HostContext,
  request: ChangeRequest,
): Promise<{ readonly stopped: number; readonly renamed: number }> {
  if (!parks(request)) return { stopped: 0, renamed: 0 };
  const { renamed, stopped, networks } = parkedBy(request);
  const { retire, retireNetworks } = await requireChange(context, request.number);
  const held = retire.filter(({ name }) => [...renamed, ...stopped].includes(name));
  context.report(
    `downtime: ${held.length} containers of "${request.from ?? ""}" are parked; nothing is removed`,
  );
  await Promise.all(held.map(({ id }) => stop(context, id)));
  for (const container of held.filter(({ name }) => renamed.includes(name))) {
    await rename(context, container);
  }
  const names = new Set(networks.map((name) => dockerName(context, name)));
  for (const { id, name } of retireNetworks) {
    if (names.has(name)) await context.docker.getNetwork(id).remove().catch(gone);
  }
  return { stopped: held.length, renamed: renamed.length };
}

/**
 * Gives back their names to the containers that were parked for a change that is given up, and starts them. Returns whether the live
 * side is complete again; where not, its own stack has to bring it back.
 */
export async function unpark(
  context: HostContext,
  { request, written }: ChangeRecord,
): Promise<boolean> {
  if (!canUnpark(request, written)) return false;
  const { renamed, stopped } = parkedBy(request);
  const { retire } = await requireChange(context, request.number);
  const held = retire.filter(({ name }) => [...renamed, ...stopped].includes(name));
  const there = await Promise.all(held.map(({ id }) => inspectContainer(context, id)));
  if (there.includes(undefined)) return false;
  context.report(
    `${held.length} containers of "${request.from ?? ""}" were parked: they run again`,
  );
  for (const { id, name } of held) {
    const wanted = dockerName(context, name);
    const container = context.docker.getContainer(id);
    if ((await container.inspect()).Name !== `/${wanted}`) await container.rename({ name: wanted });
  }
  const start = ({ id }: Retired) =>
    context.docker.getContainer(id).start().catch(unless(NOT_MODIFIED));
  await Promise.all(held.map(start));
  return true;
}

async function stop(context: HostContext, id: string): Promise<void> {
  await context.docker.getContainer(id).stop().catch(alreadyStopped);
}

async function rename(context: HostContext, { id, name }: Retired): Promise<void> {
  const container = context.docker.getContainer(id);
  const info = await container.inspect().catch(gone);
  const wanted = `${dockerName(context, name)}${PREVIOUS_SUFFIX}-${id.slice(0, 12)}`;
  if (info !== null && info.Name !== `/${wanted}`) await container.rename({ name: wanted });
}
