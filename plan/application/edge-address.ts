import type { HostPorts, StackName } from "./topology";

/** What is asked through the edge to see whether anybody is served, and how the edge is reached on this host. */
export interface EdgeProbe {
  readonly path: string;
  /** Name that the edge is asked by, of each side; unset: its address. */
  readonly hosts: Readonly<Partial<Record<StackName, string>>>;
  /** Whether it is asked over HTTPS, and its certificate has to be valid for that name; unset: over HTTP. */
  readonly tls?: "verified" | "unverified" | undefined;
  /** What the answer's body has to have in it. */
  readonly contains?: string | undefined;
}

/** A side's edge on this host. */
export interface Edge {
  readonly stack: StackName;
  readonly ports: HostPorts;
}

/** How one request reaches an edge. */
export interface EdgeRequest {
  readonly url: string;
  /** The name that it is asked by. */
  readonly host: string | undefined;
  /** Whether the certificate has to be valid; undefined without TLS. */
  readonly verified: boolean | undefined;
}

/** @throws Error where the edge publishes no port for HTTPS: a plan refuses that. */
export function edgeRequest({ hosts, tls }: EdgeProbe, edge: Edge, path: string): EdgeRequest {
  const host = hosts[edge.stack];
  const { http, https } = edge.ports;
  if (tls === undefined) {
    return { url: `http://127.0.0.1:${http}${path}`, host, verified: undefined };
  }
  if (https === undefined) throw new Error("the edge publishes no port for HTTPS");
  return { url: `https://127.0.0.1:${https}${path}`, host, verified: tls === "verified" };
}

/** For a person: what is asked, and by which name. */
export function edgeText({ url, host }: EdgeRequest): string {
  return host === undefined ? url : `${url} (${host})`;
}
