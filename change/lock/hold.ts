import type { HostContext } from "../../host/context";
import { readChange, recordNumbers } from "../records/read";
import { lockRequest, type LockRequest } from "./holder";
import { acquireLock } from "./lock";

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
