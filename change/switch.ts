import type { ContainerInspectInfo } from "dockerode";
import { closeInPlace, fitStores } from "./sync/in-place";
import { handoverOf, NOTHING_SYNCED, type StagedHandover } from "./sync/handover";
import { inspectContainer } from "../host/docker/containers";
import type { HostContext } from "../host/context";
import { FailedBackError, type Moved, moveEdge } from "./edge/move";
import { proveServing } from "./edge/probe";
import { startInOrder, waitHealthy } from "./edge/health";
import { runMigrations } from "./edge/migrations";
import { holdLock } from "./lock/hold";
import type { LockRequest } from "./lock/holder";
import { releaseLock } from "./lock/lock";
import { markCutOver, requireChange } from "./records/change";
import type { StepResult, StoredChange } from "./records/format";
import { readChange } from "./records/read";
import { runStep } from "./records/run-step";
import { retire } from "./retire/retire";
import { conclude, type Ended } from "./conclude";
import { endFailedBack } from "./validation/fail-back";
import { Validation } from "./validation/validation";
import type { VerbInputs } from "../plan/run/verbs";
import { bringsBackMigrations } from "../plan/staging/in-place";
import { edgeOf } from "../plan/application/topologies";
import type { Service } from "../plan/application/topology";
import { lastStepOf } from "../plan/run/last-step";
import type { FailurePoint } from "../plan/run/on-failure";

/** A change whose containers are all created, and what its last step needs. */
interface Staged {
  readonly context: HostContext;
  readonly change: StoredChange;
  readonly told: VerbInputs["switch"];
  readonly edge: ContainerInspectInfo;
  /** What is neither the edge nor acts by itself. */
  readonly services: readonly Service[];
  readonly validation: Validation;
}

/**
 * Makes the side of a change the one that serves, validates it, retires what it leaves and closes the record (document: full rollback,
 * steps 4 and 5; post-rollback actions). Killed anywhere, a repeated run goes on from what it finds.
 */
export async function switchOver(
  context: HostContext,
  told: VerbInputs["switch"],
): Promise<object> {
  const { request } = await requireChange(context, told.number);
  const { containerName } = edgeOf(request.wanted.topology);
  const found = await inspectContainer(context, containerName);
  if (found === undefined) throw new Error(`container ${containerName} was not staged`);
  const lock = await holdLock(context);
  const step = { number: request.number, name: "switch", trigger: [request.number, found.Id] };
  const result = await runStep(context, step, async () =>
    lastStep(await staged(context, told, found.Id)),
  ).catch(async (error: unknown) => {
    await unlockIfClosed(context, request.number, lock);
    throw error;
  });
  await releaseLock(context, lock);
  return result;
}

/** Read only now: a run that an earlier one left behind, and that was waited for, may have moved the edge. */
async function staged(
  context: HostContext,
  told: VerbInputs["switch"],
  edgeId: string,
): Promise<Staged> {
  const change = await requireChange(context, told.number);
  const edge = await context.docker.getContainer(edgeId).inspect();
  const { request } = change;
  const { services } = request.wanted.topology;
  return {
    ...{ context, change, told, edge },
    services: services.filter(({ startPolicy }) => startPolicy === "ordinary"),
    validation: await Validation.of(context, { ...told, request }),
  };
}

async function lastStep(side: Staged): Promise<StepResult> {
  const { request, state } = side.change;
  switch (lastStepOf(request.kind, state, side.edge.State.Running)) {
    case "cutOver":
      return cutOver(side);
    case "replaceInPlace":
      return replaceInPlace(side);
    case "resume":
      return resume(side);
  }
}

/** A switch or a first deployment: the staged side is proven while the old one serves, then the edge moves, or goes back. */
async function cutOver(side: Staged): Promise<StepResult> {
  const { context, change, services, validation } = side;
  const handover = await handoverOf(context, change.request, side.told.bucket);
  const provable = handover.provable(services);
  await prove(context, provable, handover);
  if (provable.length === services.length) await validation.staged();
  await handover.ahead();
  await markCutOver(context, change.request.number);
  const { downtimeMs, hadOldEdge } = await moveOrFailBack(side, handover);
  const served = { downtimeMs, synced: handover.synced };
  return finish(side, served, hadOldEdge ? "newEdge" : "onlyEdge");
}

/** A change of the live side: Pulumi has replaced its containers, so there is nothing to go back to by itself. */
async function replaceInPlace(side: Staged): Promise<StepResult> {
  const { context, change, edge, services, validation } = side;
  const { request } = change;
  await startInOrder(context, services);
  await fitStores(context, services);
  await waitHealthy(context, services);
  if (bringsBackMigrations(request)) await runMigrations(context, request.wanted.topology);
  const validate = () => validation.mayStay();
  const downtimeMs = edge.State.Running
    ? await proveServing(context, request.wanted).then(() => null)
    : (await moveEdge(context, request, edge.Id, { validate })).downtimeMs;
  const closed = await closeInPlace(context, request.number);
  return finish(side, { downtimeMs, synced: undefined, ...closed }, "onlyEdge");
}

/** Its edge runs: whatever an earlier run had left to do is done, but people may have written since, so nothing is taken back. */
async function resume(side: Staged): Promise<StepResult> {
  const { context, change, edge, services } = side;
  const { request, state } = change;
  const handover =
    state === "open" ? await handoverOf(context, request, side.told.bucket) : NOTHING_SYNCED;
  handover.refuseUnsynced();
  await prove(context, services, handover);
  if (state === "open") await markCutOver(context, request.number);
  await proveServing(context, request.wanted);
  const downtimeMs = await handover.servedSince(Date.parse(edge.State.StartedAt));
  return finish(side, { downtimeMs, synced: handover.synced }, "edgeMovedBefore");
}

async function prove(
  context: HostContext,
  services: readonly Service[],
  handover: StagedHandover,
): Promise<void> {
  await startInOrder(context, services);
  await handover.prepareProof(services);
  await waitHealthy(context, services);
}

/** From here on a change can only be finished, or fail back: an edge that could not stay is told of in the record. */
async function moveOrFailBack(side: Staged, handover: StagedHandover): Promise<Moved> {
  const { context, change, told, edge, validation } = side;
  const { request } = change;
  const validate = () => validation.mayStay();
  try {
    return await moveEdge(context, request, edge.Id, { handover, validate });
  } catch (error) {
    if (!(error instanceof FailedBackError)) throw error;
    throw await endFailedBack(context, { ...told, request }, error);
  }
}

/** The side serves: it is validated, what it left is retired, and a change that was open is done. */
async function finish(
  { context, change, told, validation }: Staged,
  served: Pick<Ended, "downtimeMs" | "synced">,
  where: FailurePoint,
): Promise<StepResult> {
  const { request, state } = change;
  const verdict = await validation.serving();
  const side = await retire(context, request);
  const ended = { ...served, ...side, verdict, contacts: told.contacts };
  const concluded = state === "open" ? await conclude(context, request, ended) : {};
  validation.tellKept(verdict, where);
  return { change: request.number, ...served, validated: verdict.summary, ...side, ...concluded };
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
