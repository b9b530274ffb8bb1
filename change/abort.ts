import { endRestores } from "../backup/volumes/end-restores";
import type { HostContext } from "../host/context";
import { liveSide, openChange } from "../plan/model/history";
import type { ChangeRecord, Facts, LockHolder } from "../plan/model/observed";
import { safetyBackupId } from "../plan/model/source";
import type { ChangeRequest } from "../plan/model/wanted";
import { ProblemsError } from "../plan/problem";
import type { StackName } from "../plan/application/topology";
import { type AbortFacts, mayAbort, stagesBeside, syncsInPlace } from "../plan/run/may-abort";
import { serves } from "./edge/probe";
import { describeHolder, lockRequest, type LockRequest } from "./lock/holder";
import { acquireLock, breakLock, readLock, releaseLock } from "./lock/lock";
import { logEndOf } from "./log/append";
import { observeFacts } from "./observe";
import { setState } from "./records/change";
import { runningSteps } from "./records/steps";
import { unpark } from "./staged/park";
import { type RemovedStage, removeStaged } from "./staged/remove-staged";
import { readNotes } from "./sync/notes";

export const ABORT_ATTEMPT = "abort the open change";

/** What giving a change up did. */
export interface Aborted {
  readonly request: ChangeRequest;
  readonly live: StackName | null;
  readonly removed: RemovedStage;
  /** Whether containers that were parked run again under their names. */
  readonly unparked: boolean;
  /** Volumes that the change had begun to write; their old content is in the safety snapshot. */
  readonly written: readonly string[];
  readonly safety: string | null;
}

/** Without an open change there is only the lock, which `force` has released. */
export type AbortResult =
  | { readonly kind: "aborted"; readonly aborted: Aborted }
  | { readonly kind: "nothingOpen"; readonly lock: LockHolder | null };

/**
 * Gives the open change up: removes what it staged, lets what was parked for it run again, and closes its record. `force` takes the
 * lock from whoever has it, and does not wait for steps that still run.
 *
 * @throws ProblemsError where it can only be finished.
 */
export async function abortOpenChange(context: HostContext, force: boolean): Promise<AbortResult> {
  if (openChange((await factsOf(context)).recorded) === undefined)
    return nothingOpen(context, force);
  const lock = await lockRequest(0, "rollback abort");
  await takeLock(context, lock, force);
  try {
    const facts = await factsOf(context);
    const open = openChange(facts.recorded);
    if (open === undefined) return { kind: "nothingOpen", lock: null };
    const found = await abortFacts(context, facts, open);
    const problems = mayAbort(open, found, force);
    if (problems.length > 0) throw new ProblemsError(ABORT_ATTEMPT, problems);
    for (const { step, pid } of found.running) {
      context.report(`step "${step}" still runs: process ${pid}`);
    }
    return { kind: "aborted", aborted: await giveUp(context, facts, open) };
  } finally {
    await releaseLock(context, lock);
  }
}

/** What is said, in the log and to a person, of volumes that a change had begun to write. */
export function writtenLines({ written, safety }: Pick<Aborted, "written" | "safety">): string[] {
  if (written.length === 0) return [];
  const before = safety === null ? "" : `; what was in them before is in backup ${safety}`;
  return [`volumes that it had begun to write stay as they are: ${written.join(", ")}${before}`];
}

/** Also then a lock that nobody can free any more is released, if a person says so. */
async function nothingOpen(context: HostContext, force: boolean): Promise<AbortResult> {
  return { kind: "nothingOpen", lock: await (force ? breakLock(context) : readLock(context)) };
}

async function takeLock(context: HostContext, lock: LockRequest, force: boolean): Promise<void> {
  if (force) {
    const held = await breakLock(context);
    if (held?.alive) context.report(`released the lock of ${describeHolder(held)}`);
  }
  await acquireLock(context, lock);
}

async function factsOf(context: HostContext): Promise<Facts> {
  return observeFacts(context, { refs: () => [] });
}

async function abortFacts(
  context: HostContext,
  facts: Facts,
  { request }: ChangeRecord,
): Promise<AbortFacts> {
  const steps = await runningSteps(context, request.number);
  return {
    live: liveSide(facts),
    servesSyncedData: await servesSyncedData(context, request),
    running: steps.map(({ step, by }) => ({ step, pid: by.pid })),
  };
}

async function servesSyncedData(context: HostContext, request: ChangeRequest): Promise<boolean> {
  if (!syncsInPlace(request)) return false;
  if ((await readNotes(context, request.number)).synced === null) return false;
  return serves(context, request.wanted);
}

async function giveUp(context: HostContext, facts: Facts, change: ChangeRecord): Promise<Aborted> {
  const { request, written } = change;
  const { number, overwrites, wanted } = request;
  // Before anything is removed: a restore whose process was killed goes on writing by itself.
  await endRestores(context, wanted.topology.volumes);
  const removed = stagesBeside(request)
    ? await removeStaged(context, request)
    : { containers: [], networks: [], networksInUse: [] };
  const unparked = await unpark(context, change);
  await setState(context, number, "aborted");
  const safety = overwrites.length > 0 ? safetyBackupId(number) : null;
  const left = writtenLines({ written, safety }).map((line) => `Left: ${line}`);
  const notes = ["Aborted: rollback abort", ...left];
  await logEndOf(context, request, { reached: null, notes, contacts: {} });
  return { request, live: liveSide(facts), removed, unparked, written, safety };
}
