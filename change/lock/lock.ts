import type { LockHolder } from "../../plan/model/observed";
import type { HostContext } from "../../host/context";
import { waitFor, type Waited } from "../../host/docker/wait";
import {
  createLockContainer,
  inspectLockContainer,
  removeLockContainer,
  startLockContainer,
} from "./container";
import { type HeldLock, isOwn, LockedError, type LockRequest } from "./holder";

// More than one attempt means that somebody else has taken or freed the name in between, or that Docker still removes it.
const DEADLINE_MS = 20_000;
const INTERVAL_MS = 50;

/**
 * Takes the lock of this Docker host and name prefix, or returns it when this run has it for this change already. Takes it
 * over from a holder that is gone; throws `LockedError` while another one lives.
 */
export async function acquireLock(context: HostContext, request: LockRequest): Promise<HeldLock> {
  return waitFor(() => tryToAcquire(context, request), {
    deadlineMs: DEADLINE_MS,
    intervalMs: INTERVAL_MS,
    message: "the lock",
  });
}

async function tryToAcquire(context: HostContext, request: LockRequest): Promise<Waited<HeldLock>> {
  const held = await inspectLockContainer(context);
  if (held !== null && isOwn(held, request)) {
    await startLockContainer(context, held.containerId);
    return { done: true, value: held };
  }
  if (held?.alive) throw new LockedError(held);
  if (held !== null) await removeLockContainer(context, held.containerId);
  await createLockContainer(context, request);
  const taken = await inspectLockContainer(context);
  return taken !== null && isOwn(taken, request)
    ? { done: true, value: taken }
    : {
        done: false,
        state: "another run took it, or Docker still removes the last one's container",
      };
}

/** Frees the lock if this run has it for this change; false, and nothing done, if it does not. */
export async function releaseLock(context: HostContext, request: LockRequest): Promise<boolean> {
  const held = await inspectLockContainer(context);
  if (held === null || !isOwn(held, request)) return false;
  await removeLockContainer(context, held.containerId);
  return true;
}

/** Who has the lock; null if nobody does. Changes nothing. */
export async function readLock(context: HostContext): Promise<LockHolder | null> {
  const held = await inspectLockContainer(context);
  if (held === null) return null;
  const { holder, host, pid, number, since, alive } = held;
  return { holder, host, pid, number, since, alive };
}

/** Takes the lock from whoever has it: only for a person who said so (`rollback abort --force`). */
export async function breakLock(context: HostContext): Promise<LockHolder | null> {
  const held = await inspectLockContainer(context);
  if (held !== null) await removeLockContainer(context, held.containerId);
  return held;
}
