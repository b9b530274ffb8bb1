import { closeInPlace, fitStores } from "../../host/carry/in-place";
import { CarryWindow } from "../../host/carry/window";
import { inspectContainer } from "../../host/docker/containers";
import { dockerName, type HostContext, type Progress } from "../../host/context";
import { FailedBackError, moveEdge } from "../../host/edge/move";
import { startMissing, waitHealthy } from "../../host/edge/health";
import { runMigrations } from "../../host/edge/migrations";
import { holdLock } from "../../host/lock/hold";
import { releaseLock } from "../../host/lock/lock";
import { markCutOver, markFailedBack } from "../../host/records/change";
import { readChange } from "../../host/records/read";
import { runStep } from "../../host/records/run-step";
import { retire } from "../../host/retire/retire";
import { conclude } from "../../host/conclude";
import { bringsBackMigrations } from "../../plan/in-place";
import { edgeOf, topologyFor } from "../../plan/topologies";
import type { ChangeRequest } from "../../plan/wanted";

/**
 * Proves the staged side, carries data to it where that was chosen, moves the edge to it, retires the other side and closes the
 * record (document: full rollback, steps 4 and 5; post-rollback actions). Killed anywhere, a repeated run goes on from what it
 * finds.
 */
export async function switchOver(
  context: HostContext,
  input: {
    readonly request: ChangeRequest;
    readonly contacts: Readonly<Record<string, string>>;
  },
  progress: Progress,
): Promise<object> {
  const { request } = input;
  const topology = topologyFor(request.wanted.rolledBackPhases);
  const edge = await inspectContainer(context, dockerName(context, edgeOf(topology).name));
  if (edge === undefined) throw new Error(`container ${edgeOf(topology).name} was not staged`);
  const lock = await holdLock(context);
  const step = { number: request.number, name: "switch", trigger: [request.number, edge.Id] };
  const result = await runStep(context, step, progress, async () => {
    const open = (await readChange(context, request.number))?.state === "open";
    const inPlace = request.kind === "inPlace";
    const window = open && !inPlace ? await CarryWindow.of(context, request, progress) : undefined;
    const ordinary = topology.services.filter(({ role }) => role === "ordinary");
    const selfActing = topology.services.filter(({ role }) => role === "selfActing");
    const provable = window?.provable(ordinary) ?? ordinary;
    await startMissing(context, provable, progress);
    await window?.prepareProof(provable);
    if (open && inPlace) await fitStores(context, provable, progress);
    await waitHealthy(context, provable, progress);
    await window?.ahead();
    if (open && bringsBackMigrations(request)) await runMigrations(context, topology, progress);
    const windowMs =
      open && !inPlace
        ? await cutOver(context, request, edge.Id, progress, window)
        : await moveEdge(context, request, edge.Id, progress);
    await startMissing(context, selfActing, progress);
    await waitHealthy(context, topology.services, progress);
    const retired = await retire(context, request, progress);
    const served = inPlace
      ? { windowMs, carried: undefined, ...(await closeInPlace(context, request.number)) }
      : { windowMs, carried: window?.carried };
    const concluded = open
      ? await conclude(context, request, { ...served, contacts: input.contacts }, progress)
      : {};
    return { change: request.number, ...served, retired, ...concluded };
  });
  await releaseLock(context, lock);
  return result;
}

/** Moves the edge under the record's eyes: between the two notes a change can only be finished, not given up. */
async function cutOver(
  context: HostContext,
  request: ChangeRequest,
  edgeId: string,
  progress: Progress,
  window: CarryWindow | undefined,
): Promise<number | null> {
  await markCutOver(context, request.number);
  try {
    return await moveEdge(context, request, edgeId, progress, window);
  } catch (error) {
    if (error instanceof FailedBackError) await markFailedBack(context, request.number);
    throw error;
  }
}
