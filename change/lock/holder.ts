import { hostname, userInfo } from "node:os";
import type { LockHolder } from "../../plan/model/observed";
import { owningProcess, type ProcessIdentity } from "../../host/processes";

/** Who asks for the lock, and for which change (0: for none, as a backup). */
export interface LockRequest extends ProcessIdentity {
  /** Who and what for, as a person reads it, for example `anna: change 7`. */
  readonly holder: string;
  readonly number: number;
}

/** The lock as its container's labels tell it. */
export interface HeldLock extends LockHolder, LockRequest {
  readonly containerId: string;
  readonly token: string;
}

/** The request of this run: the pulumi process that it belongs to, else this process. */
export async function lockRequest(number: number, purpose: string): Promise<LockRequest> {
  return { holder: `${userInfo().username}: ${purpose}`, number, ...(await owningProcess()) };
}

/** Whether a held lock is the one that this request would take, so that taking it again changes nothing. */
export function isOwn(held: HeldLock, request: LockRequest): boolean {
  return (
    held.host === hostname() &&
    held.pid === request.pid &&
    held.startTime === request.startTime &&
    held.number === request.number
  );
}

/** Who holds the lock since when, for messages. */
export function describeHolder(held: LockHolder): string {
  const what = held.number > 0 ? `change ${held.number}, ` : "";
  return `${held.holder} (${what}process ${held.pid} on ${held.host}, since ${held.since})`;
}

/** The lock is another run's; nothing was changed. */
export class LockedError extends Error {
  constructor(readonly held: LockHolder) {
    super(
      [
        `another run holds the lock: ${describeHolder(held)}`,
        "  wait for its end; if it can no longer end, release it: rollback abort --force",
      ].join("\n"),
    );
    this.name = "LockedError";
  }
}
