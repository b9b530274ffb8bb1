import type { ChangeRecord } from "../../plan/model/observed";
import { canUnpark, parkedBy, parks } from "../../plan/staging/park";
import type { ChangeRequest } from "../../plan/model/wanted";
import type { HostContext } from "../../host/context";
import { inspectContainer } from "../../host/docker/containers";
import { renameAway, renameBack } from "../../host/docker/rename";
import { gone } from "../../host/docker/statuses";
import { type Resume, resumeAfter, startContainers, stopContainers } from "../../host/docker/stop";
import { requireChange } from "../records/change";
import type { Retired } from "../records/format";

/** What a change has parked, and how it runs again under its names. */
export interface ParkedContainers {
  readonly names: readonly string[];
  readonly resume: Resume;
}

/**
 * Stops the live side's containers that cannot stand beside the staged ones, and renames those whose names are needed; never removes
 * one. They are known by the ids that were recorded when the change began.
 */
export async function park(
  context: HostContext,
  request: ChangeRequest,
): Promise<ParkedContainers> {
  const held = await heldContainers(context, request);
  // All of them, since an earlier run may have parked some.
  const resume = () => runAgain(context, held);
  if (held.length === 0) return { names: [], resume };
  const { renamed } = parkedBy(request);
  context.report(
    `downtime: ${held.length} containers of "${request.from}" are parked; nothing is removed`,
  );
  await stopContainers(context, held);
  try {
    for (const container of held.filter(({ name }) => renamed.includes(name))) {
      await renameAway(context, container);
    }
  } catch (error) {
    await resumeAfter(error, resume);
    throw error;
  }
  return { names: held.map(({ name }) => name), resume };
}

/** Removes networks of the live side whose names the staged one needs: after this, what was parked cannot simply run again. */
export async function freeParkedNetworks(
  context: HostContext,
  request: ChangeRequest,
): Promise<void> {
  const names = new Set(parkedBy(request).networks);
  if (names.size === 0) return;
  const { retireNetworks } = await requireChange(context, request.number);
  for (const { id, name } of retireNetworks) {
    if (names.has(name)) await context.docker.getNetwork(id).remove().catch(gone);
  }
}

/**
 * Lets what was parked for a change that is aborted run again. Returns whether the live side is complete; where not, its own stack has
 * to bring it back.
 */
export async function unpark(
  context: HostContext,
  { request, written }: ChangeRecord,
): Promise<boolean> {
  if (!canUnpark(request, written)) return false;
  const held = await heldContainers(context, request);
  const there = await Promise.all(held.map(({ id }) => inspectContainer(context, id)));
  if (there.includes(undefined)) return false;
  context.report(`${held.length} containers of "${request.from}" were parked: they run again`);
  await runAgain(context, held);
  return true;
}

/** Containers of the live side that are in the way of what a change stages. */
async function heldContainers(
  context: HostContext,
  request: ChangeRequest,
): Promise<readonly Retired[]> {
  if (!parks(request)) return [];
  const { renamed, stopped } = parkedBy(request);
  const { retire } = await requireChange(context, request.number);
  return retire.filter(({ name }) => [...renamed, ...stopped].includes(name));
}

async function runAgain(context: HostContext, held: readonly Retired[]): Promise<void> {
  for (const container of held) await renameBack(context, container);
  await startContainers(
    context,
    held.map(({ id }) => id),
  );
}
