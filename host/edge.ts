import { type Edge, edgeRequest } from "../plan/application/edge-address";
import type { HostContext } from "./context";
import { ask, type HttpAnswer, type HttpRequest } from "./http";

/** One request to a side's edge, by the name and the protocol that the description gives. @throws Error when nothing answers */
export async function askEdge(
  { application }: HostContext,
  edge: Edge,
  path: string,
  signal: AbortSignal,
  request: HttpRequest = {},
): Promise<HttpAnswer> {
  const { url, host, verified } = edgeRequest(application.probe, edge, path);
  const headers = { ...(host === undefined ? {} : { host }), ...request.headers };
  return ask(url, signal, { ...request, headers, serverName: host, verified });
}
