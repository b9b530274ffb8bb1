import type Docker from "dockerode";
import { EDGE_NAMES, edgeOf, topologyFor } from "../../plan/topologies";
import { STACK_NAMES } from "../../plan/topology";
import type { ChangeRequest } from "../../plan/wanted";
import { dockerName, type HostContext, type Progress } from "../context";
import { inspectContainer, statusOf } from "../docker/containers";
import { waitFor } from "../docker/wait";
import { httpStatus } from "../http-status";

const SERVES_WITHIN_MS = 60_000;
const REQUEST_TIMEOUT_MS = 5_000;

/** Answers 200 only when edge, backend and database work together. */
const PROBE_PATH = "/api/health";

/** Milliseconds that the old edge has to finish its requests: the host ports are free only when it has exited. */
const DRAIN_MS = 300;

/**
 * The cutover: the old edge frees the host ports, the new one takes them and answers a real request. If it does not, the old
 * one serves again and the error says so. Returns how long no edge served, in milliseconds (null if nothing moved).
 */
export async function moveEdge(
  context: HostContext,
  request: ChangeRequest,
  edgeId: string,
  progress: Progress,
): Promise<number | null> {
  const edge = context.docker.getContainer(edgeId);
  const port = request.wanted.ports.http ?? 80;
  if ((await edge.inspect()).State.Running) {
    await proveServing(port);
    return null;
  }
  const old = await runningOldEdge(context, request);
  const started = performance.now();
  if (old !== undefined) {
    progress("stopping the old edge");
    await drain(context.docker.getContainer(old));
  }
  try {
    await edge.start();
    await proveServing(port);
  } catch (error) {
    return await goBack(context, edgeId, old, error);
  }
  const window = Math.round(performance.now() - started);
  progress(`the new edge serves; no edge served for ${window} ms`);
  return window;
}

async function runningOldEdge(
  context: HostContext,
  request: ChangeRequest,
): Promise<string | undefined> {
  const own = edgeOf(topologyFor(request.wanted.rolledBackPhases)).name;
  for (const stack of STACK_NAMES) {
    if (EDGE_NAMES[stack] === own) continue;
    const info = await inspectContainer(context, dockerName(context, EDGE_NAMES[stack]));
    if (info?.State.Running) return info.Id;
  }
  return undefined;
}

/** The new edge did not serve: it is stopped, and what served before serves again. */
export class FailedBackError extends Error {
  constructor(now: string, reason: unknown) {
    super(`the new edge does not serve and is stopped, ${now}: ${String(reason)}`, {
      cause: reason,
    });
  }
}

/** Docker's own stop waits whole seconds before it ends a container. */
async function drain(edge: Docker.Container): Promise<void> {
  const exited = edge.wait({ condition: "not-running" });
  await edge.kill({ signal: "SIGTERM" }).catch(unlessStopped);
  const timer = setTimeout(() => {
    // It may exit by itself at this very moment; what counts is that it has exited.
    edge.kill({ signal: "SIGKILL" }).catch(() => undefined);
  }, DRAIN_MS);
  await exited;
  clearTimeout(timer);
}

/** Docker refuses to signal a container that does not run: then it has exited already. */
function unlessStopped(error: unknown): void {
  if (statusOf(error) !== 409) throw error;
}

async function goBack(
  context: HostContext,
  edgeId: string,
  old: string | undefined,
  reason: unknown,
): Promise<never> {
  try {
    await drain(context.docker.getContainer(edgeId));
    if (old !== undefined) await context.docker.getContainer(old).start();
  } catch (error) {
    throw new AggregateError(
      [reason, error],
      `the new edge does not serve (${String(reason)}), and the old one could not be started again (${String(error)})`,
    );
  }
  throw new FailedBackError(
    old === undefined ? "nothing serves" : "the old one serves again",
    reason,
  );
}

async function proveServing(port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}${PROBE_PATH}`;
  await waitFor(
    async () => {
      const state = await probe(url);
      return state === "200" ? { done: true, value: null } : { done: false, state };
    },
    { deadlineMs: SERVES_WITHIN_MS, intervalMs: 20, message: `${url} to answer 200` },
  );
}

async function probe(url: string): Promise<string> {
  try {
    return String(await httpStatus(url, REQUEST_TIMEOUT_MS));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
