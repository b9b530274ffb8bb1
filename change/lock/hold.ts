import type { HostContext } from "../../host/context";
import { readChange, recordNumbers } from "../records/read";
import { lockRequest, type LockRequest } from "./holder";
import { acquireLock, releaseLock } from "./lock";

/**
 * Takes the lock for the change that is open, or for the last one, before a step does its work. A run that continues an
 * interrupted change does not begin it again, so every step makes sure of the lock.
 */
export async function holdLock(context: HostContext): Promise<LockRequest> {
  const numbers = await recordNumbers(context);
  const changes = await Promise.all(numbers.map((number) => readChange(context, number)));
  const open = changes.find((change) => change?.state === "open");
  const number = open?.request.number ?? numbers.at(-1) ?? 0;
  const request = await lockRequest(number, `change ${number}`);
  await acquireLock(context, request);
  return request;
}

/** Works under the lock on what is no change, as a backup; failing to release it never hides why the work failed. */
export async function underLock<T>(
  context: HostContext,
  purpose: string,
  work: () => Promise<T>,
): Promise<T> {
  const lock = await lockRequest(0, purpose);
  await acquireLock(context, lock);
  const result = await work().catch(async (error: unknown) => {
    await releaseLock(context, lock).catch(() => undefined);
    throw error;
  });
  await releaseLock(context, lock);
  return result;
}
