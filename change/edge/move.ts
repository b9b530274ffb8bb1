import type Docker from "dockerode";
import type { ChangeRequest } from "../../plan/model/wanted";
import { dockerName, type HostContext } from "../../host/context";
import { inspectContainer } from "../../host/docker/containers";
import { CONFLICT, NOT_MODIFIED, unless } from "../../host/docker/statuses";
import { waitFor } from "../../host/docker/wait";
import { httpStatus } from "../../host/http-status";
import { probeUrl } from "./answers";
import { EDGE_ONLY, type Handover } from "./handover";

const SERVES_WITHIN_MS = 60_000;
const REQUEST_TIMEOUT_MS = 5_000;

/** Milliseconds that the old edge has to finish its requests: the host ports are free only when it has exited. */
const DRAIN_MS = 300;

/** What belongs to a cutover beside the edge. */
export interface Cutover {
  readonly handover?: Handover | undefined;
  /** Whether what served before is whole: where parts of it were parked, it cannot serve again by itself. */
  readonly canGoBack: boolean;
  /** Looks at the new side while it serves; throws if it must not stay. Only where there is a side to go back to. */
  readonly validate: () => Promise<void>;
}

/**
 * The cutover: the old edge frees the host ports, what has to be handed over is, the new edge takes the ports, answers a real
 * request and is validated. If any of it fails, the old one serves again and the error says so. Returns how long no edge served,
 * in milliseconds (null if the new one serves already, and that is not known).
 */
export async function moveEdge(
  context: HostContext,
  request: ChangeRequest,
  edgeId: string,
  { handover = EDGE_ONLY, canGoBack, validate }: Cutover,
): Promise<number | null> {
  const edge = context.docker.getContainer(edgeId);
  const port = request.wanted.ports.http ?? 80;
  const { State } = await edge.inspect();
  if (State.Running) {
    // Nobody knows how long it has: going back would take from people what they have written meanwhile.
    await proveServing(port);
    return handover.servedSince(Date.parse(State.StartedAt));
  }
  const { oldEdge, openedAt } = await handover.open(
    await outgoingEdge(context, request),
    Date.parse(State.StartedAt),
  );
  try {
    if (oldEdge !== undefined) {
      context.report("stopping the old edge");
      await drain(context.docker.getContainer(oldEdge));
    }
    await handover.run();
    await edge.start();
    await proveServing(port);
    const window = Date.now() - openedAt;
    await handover.served(window);
    context.report(`the new edge serves; no edge served for ${window} ms`);
    if (oldEdge !== undefined && canGoBack) await validate();
    return window;
  } catch (error) {
    return await goBack(context, { edgeId, oldEdge, canGoBack, port, handover }, error);
  }
}

/** The edge that served before; an earlier run of this change may have stopped it. */
async function outgoingEdge(
  context: HostContext,
  { outgoingEdge: name }: ChangeRequest,
): Promise<string | undefined> {
  return name === null
    ? undefined
    : (await inspectContainer(context, dockerName(context, name)))?.Id;
}

/** The new side cannot stay: its edge is stopped, and what served before serves again. */
export class FailedBackError extends Error {
  constructor(now: string, reason: unknown) {
    super(`the new side cannot stay and its edge is stopped, ${now}: ${String(reason)}`, {
      cause: reason,
    });
  }
}

/** Docker's own stop waits whole seconds before it ends a container. */
async function drain(edge: Docker.Container): Promise<void> {
  const exited = edge.wait({ condition: "not-running" });
  // Docker refuses to signal a container that does not run: then it has exited already.
  await edge.kill({ signal: "SIGTERM" }).catch(unless(CONFLICT));
  const timer = setTimeout(() => {
    // It may exit by itself at this very moment; what counts is that it has exited.
    edge.kill({ signal: "SIGKILL" }).catch(() => undefined);
  }, DRAIN_MS);
  await exited;
  clearTimeout(timer);
}

interface Moving {
  readonly edgeId: string;
  readonly oldEdge: string | undefined;
  readonly canGoBack: boolean;
  readonly port: number;
  readonly handover: Handover;
}

async function goBack(context: HostContext, moving: Moving, reason: unknown): Promise<never> {
  const { edgeId, oldEdge, canGoBack, port, handover } = moving;
  const serve = async (): Promise<void> => {
    if (oldEdge === undefined) return;
    const container = context.docker.getContainer(oldEdge);
    if (!canGoBack) {
      // Its networks may be gone too; whoever gives the change up brings back the rest, or says who does.
      await container.start().catch(() => undefined);
      return;
    }
    await container.start().catch(unless(NOT_MODIFIED));
    await proveServing(httpPort(await container.inspect()) ?? port);
  };
  try {
    await drain(context.docker.getContainer(edgeId));
    await handover.goBack(serve);
  } catch (error) {
    throw new AggregateError(
      [reason, error],
      `the new side cannot stay (${String(reason)}), and the old one could not be brought back (${String(error)})`,
    );
  }
  throw new FailedBackError(
    oldEdge === undefined || !canGoBack ? "nothing serves" : "the old one serves again",
    reason,
  );
}

/** The host port that an edge has for HTTP; the two sides may be configured with different ones. */
function httpPort(edge: Docker.ContainerInspectInfo): number | undefined {
  const bindings = edge.HostConfig.PortBindings as PortBindings | null;
  const port = bindings?.["80/tcp"]?.[0]?.HostPort;
  return port === undefined ? undefined : Number(port);
}

type PortBindings = Record<string, { HostPort: string }[] | undefined>;

async function proveServing(port: number): Promise<void> {
  const url = probeUrl(port);
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
