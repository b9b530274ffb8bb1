import { closeInPlace, fitStores } from "./sync/in-place";
import { SyncHandover } from "./sync/handover";
import { inspectContainer } from "../host/docker/containers";
import { dockerName, type HostContext } from "../host/context";
import { type Cutover, FailedBackError, moveEdge } from "./edge/move";
import { startMissing, waitHealthy } from "./edge/health";
import { runMigrations } from "./edge/migrations";
import { holdLock } from "./lock/hold";
import type { LockRequest } from "./lock/holder";
import { releaseLock } from "./lock/lock";
import { markCutOver, requireChange } from "./records/change";
import { readChange } from "./records/read";
import { runStep } from "./records/run-step";
import { retire } from "./retire/retire";
import { conclude } from "./conclude";
import { endFailedBack, type FailingBack } from "./validation/fail-back";
import { Validation } from "./validation/validation";
import type { VerbInputs } from "../plan/run/verbs";
import { bringsBackMigrations } from "../plan/staging/in-place";
import { onFailure } from "../plan/run/on-failure";
import { edgeOf } from "../plan/application/topologies";

/**
 * Proves and validates the staged side, syncs data to it where that was chosen, moves the edge to it, validates what only then
 * can be, retires the other side and closes the record (document: full rollback, steps 4 and 5; post-rollback actions). Killed
 * anywhere, a repeated run goes on from what it finds.
 */
export async function switchOver(
  context: HostContext,
  told: VerbInputs["switch"],
): Promise<object> {
  const { request } = await requireChange(context, told.number);
  const input = { ...told, request };
  const { topology } = request.wanted;
  const edge = await inspectContainer(context, dockerName(context, edgeOf(topology).name));
  if (edge === undefined) throw new Error(`container ${edgeOf(topology).name} was not staged`);
  const lock = await holdLock(context);
  const step = { number: request.number, name: "switch", trigger: [request.number, edge.Id] };
  const result = await runStep(context, step, async () => {
    const open = (await readChange(context, request.number))?.state === "open";
    const inPlace = request.kind === "inPlace";
    const handover = open && !inPlace ? await SyncHandover.of(context, request) : undefined;
    const ordinary = topology.services.filter(({ startPolicy }) => startPolicy === "ordinary");
    const provable = handover?.provable(ordinary) ?? ordinary;
    await startMissing(context, provable);
    await handover?.prepareProof(provable);
    if (open && inPlace) await fitStores(context, provable);
    await waitHealthy(context, provable);
    const validation = await Validation.of(context, input);
    if (!edge.State.Running && provable.length === ordinary.length) await validation.staged();
    await handover?.ahead();
    if (open && bringsBackMigrations(request)) await runMigrations(context, topology);
    const canGoBack = onFailure(request, "newEdge").serves === "outgoing";
    const cutover = { handover, canGoBack, validate: () => validation.mayStay() };
    const downtimeMs =
      open && !inPlace
        ? await cutOver(context, input, edge.Id, cutover)
        : await moveEdge(context, request, edge.Id, cutover);
    const closed = inPlace ? await closeInPlace(context, request.number) : {};
    const verdict = await validation.serving();
    const retired = await retire(context, request);
    const served = inPlace
      ? { downtimeMs, synced: undefined, ...closed }
      : { downtimeMs, synced: handover?.synced };
    const ended = { ...served, verdict, contacts: input.contacts };
    const concluded = open ? await conclude(context, request, ended) : {};
    validation.tellKept(verdict, edge.State.Running ? "edgeMovedBefore" : "onlyEdge");
    return { change: request.number, ...served, validated: verdict.summary, retired, ...concluded };
  }).catch(async (error: unknown) => {
    await unlockIfClosed(context, request.number, lock);
    throw error;
  });
  await releaseLock(context, lock);
  return result;
}

/** A closed change needs the lock no more, whatever has to be told about it; an open one keeps it until its run is gone. */
async function unlockIfClosed(
  context: HostContext,
  number: number,
  lock: LockRequest,
): Promise<void> {
  const change = await readChange(context, number).catch(() => null);
  if (change === null || change.state === "open") return;
  // Another run takes it over from this one's end; what went wrong before is what has to be told.
  await releaseLock(context, lock).catch(() => undefined);
}

/** Moves the edge under the record's eyes: between the two notes a change can only be finished, not given up. */
async function cutOver(
  context: HostContext,
  input: FailingBack,
  edgeId: string,
  cutover: Cutover,
): Promise<number | null> {
  const { request } = input;
  await markCutOver(context, request.number);
  try {
    return await moveEdge(context, request, edgeId, cutover);
  } catch (error) {
    if (!(error instanceof FailedBackError)) throw error;
    throw await endFailedBack(context, input, error);
  }
}
