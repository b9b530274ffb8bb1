import { type Edge, edgeRequest, edgeText } from "../../plan/application/edge-address";
import { messageOf } from "../../plan/problem";
import type { HostContext } from "../../host/context";
import { waitFor } from "../../host/docker/wait";
import { askEdge } from "../../host/edge";

const SERVED = 200;
const ANSWERS_WITHIN_MS = 5_000;
const SERVES_WITHIN_MS = 60_000;

/** Whether somebody is served through an edge now. */
export async function serves(context: HostContext, edge: Edge): Promise<boolean> {
  return (await trouble(context, edge)) === null;
}

/** Waits until somebody is served through an edge. @throws Error when nobody is in time */
export async function proveServing(context: HostContext, edge: Edge): Promise<void> {
  const { probe } = context.application;
  const asked = edgeText(edgeRequest(probe, edge, probe.path));
  const expected =
    probe.contains === undefined ? `${SERVED}` : `${SERVED} with "${probe.contains}"`;
  await waitFor(
    async () => {
      const state = await trouble(context, edge);
      return state === null ? { done: true, value: null } : { done: false, state };
    },
    { deadlineMs: SERVES_WITHIN_MS, intervalMs: 20, message: `${asked} to answer ${expected}` },
  );
}

/** Null where one request is answered as it should be; else its status, or why there is none. */
async function trouble(context: HostContext, edge: Edge): Promise<string | null> {
  const { path, contains = "" } = context.application.probe;
  try {
    const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
    const { status, body } = await askEdge(context, edge, path, signal);
    if (status !== SERVED) return String(status);
    return body.includes(contains) ? null : `${SERVED} without "${contains}"`;
  } catch (error) {
    return messageOf(error);
  }
}
