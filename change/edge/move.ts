import type Docker from "dockerode";
import { onFailure } from "../../plan/run/on-failure";
import type { ChangeRequest } from "../../plan/model/wanted";
import type { HostContext } from "../../host/context";
import { inspectContainer } from "../../host/docker/containers";
import { CONFLICT, NOT_MODIFIED, unless } from "../../host/docker/statuses";
import { type Resume, resumeAfter } from "../../host/docker/stop";
import { EDGE_ONLY, type Handover } from "./handover";
import { proveServing } from "./probe";

/** Milliseconds that the old edge has to finish its requests: the host ports are free only when it has exited. */
const DRAIN_MS = 300;

/** What belongs to a cutover beside the edge. */
export interface Cutover {
  readonly handover?: Handover | undefined;
  /** Looks at the new side while it serves; throws if it must not stay. Only where there is a side to go back to. */
  readonly validate: () => Promise<void>;
}

/** How an edge came to serve. */
export interface Moved {
  /** How long no edge served, in milliseconds. */
  readonly downtimeMs: number;
  /** Whether another edge served before. */
  readonly hadOldEdge: boolean;
}

/** The new side cannot stay: its edge is stopped, and what served before serves again. */
export class FailedBackError extends Error {
  constructor(now: string, reason: unknown) {
    super(`the new side cannot stay and its edge is stopped, ${now}: ${String(reason)}`, {
      cause: reason,
    });
  }
}

/**
 * The cutover: the old edge frees the host ports, what has to be handed over is, the new edge takes the ports, answers a real
 * request and is validated. If any of it fails, the old one serves again and the error says so.
 */
export async function moveEdge(
  context: HostContext,
  request: ChangeRequest,
  edgeId: string,
  { handover = EDGE_ONLY, validate }: Cutover,
): Promise<Moved> {
  const edge = context.docker.getContainer(edgeId);
  // Where parts of the old side were parked, it cannot serve again by itself.
  const canGoBack = onFailure(request, "newEdge").serves === "outgoing";
  const { oldEdge, openedAt } = await handover.open(
    await outgoingEdge(context, request),
    Date.parse((await edge.inspect()).State.StartedAt),
  );
  const old = oldEdge === undefined ? undefined : context.docker.getContainer(oldEdge);
  let startOld: Resume = () => Promise.resolve();
  try {
    if (old !== undefined) {
      context.report("stopping the old edge");
      startOld = await drain(old);
    }
    await handover.run();
    await edge.start();
    await proveServing(context, request.wanted);
    const downtimeMs = Date.now() - openedAt;
    await handover.served(downtimeMs);
    context.report(`the new edge serves; no edge served for ${downtimeMs} ms`);
    if (old !== undefined && canGoBack) await validate();
    return { downtimeMs, hadOldEdge: old !== undefined };
  } catch (error) {
    const serveAgain =
      old !== undefined && canGoBack
        ? () => startOld().then(() => proveServing(context, request.live ?? request.wanted))
        : // Its networks may be gone too; whoever gives the change up brings back the rest, or says who does.
          () => startOld().catch(() => undefined);
    await goBack(edge, handover, serveAgain, error);
    const now = old !== undefined && canGoBack ? "the old one serves again" : "nothing serves";
    throw new FailedBackError(now, error);
  }
}

/** The edge that served before; an earlier run of this change may have stopped it. */
async function outgoingEdge(
  context: HostContext,
  { outgoingEdge: name }: ChangeRequest,
): Promise<string | undefined> {
  return name === null ? undefined : (await inspectContainer(context, name))?.Id;
}

/** Frees the host ports of an edge that serves. */
async function drain(edge: Docker.Container): Promise<Resume> {
  const resume = async () => {
    await edge.start().catch(unless(NOT_MODIFIED));
  };
  await end(edge).catch(async (error: unknown) => {
    await resumeAfter(error, resume);
    throw error;
  });
  return resume;
}

/** Docker's own stop waits whole seconds before it ends a container. */
async function end(edge: Docker.Container): Promise<void> {
  const exited = edge.wait({ condition: "not-running" });
  // Docker refuses to signal a container that does not run: then it has exited already.
  await edge.kill({ signal: "SIGTERM" }).catch(unless(CONFLICT));
  const timer = setTimeout(() => {
    // It may exit by itself at this very moment; what counts is that it has exited.
    edge.kill({ signal: "SIGKILL" }).catch(() => undefined);
  }, DRAIN_MS);
  await exited.finally(() => {
    clearTimeout(timer);
  });
}

async function goBack(
  edge: Docker.Container,
  handover: Handover,
  serveAgain: Resume,
  reason: unknown,
): Promise<void> {
  try {
    await end(edge);
    await handover.goBack(serveAgain);
  } catch (error) {
    throw new AggregateError(
      [reason, error],
      `the new side cannot stay (${String(reason)}), and the old one could not be brought back (${String(error)})`,
    );
  }
}
