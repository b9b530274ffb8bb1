import { messageOf } from "../../plan/problem";
import type { HostContext } from "../../host/context";
import { waitFor } from "../../host/docker/wait";
import { ask } from "../../host/http";

const SERVED = "200";
const ANSWERS_WITHIN_MS = 5_000;
const SERVES_WITHIN_MS = 60_000;

/** Whether somebody is served at a host port now. */
export async function serves(context: HostContext, port: number): Promise<boolean> {
  return (await answer(probeUrl(context, port))) === SERVED;
}

/** Waits until somebody is served at a host port. @throws Error when nobody is in time */
export async function proveServing(context: HostContext, port: number): Promise<void> {
  const url = probeUrl(context, port);
  await waitFor(
    async () => {
      const state = await answer(url);
      return state === SERVED ? { done: true, value: null } : { done: false, state };
    },
    { deadlineMs: SERVES_WITHIN_MS, intervalMs: 20, message: `${url} to answer ${SERVED}` },
  );
}

function probeUrl({ application }: HostContext, port: number): string {
  return `http://127.0.0.1:${port}${application.probePath}`;
}

/** The status of one request, or why there is none. */
async function answer(url: string): Promise<string> {
  try {
    return String((await ask(url, AbortSignal.timeout(ANSWERS_WITHIN_MS))).status);
  } catch (error) {
    return messageOf(error);
  }
}
