import { createHash } from "node:crypto";
import { type IncomingMessage, request as plain } from "node:http";
import { request as secure } from "node:https";
import type { CheckScene } from "./scene";

/** Bytes of a body that are kept; of the rest only the hash is. */
const KEPT_BYTES = 4 * 1024 * 1024;

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  /** Content type without parameters, lower case. */
  readonly type: string;
  readonly body: Buffer;
  readonly bytes: number;
  readonly sha256: string;
}

/** One request through the edge, on a connection of its own. */
export async function askEdge(
  scene: CheckScene,
  path: string,
  signal: AbortSignal,
  request: HttpRequest = {},
): Promise<HttpAnswer> {
  const { host } = scene.settings;
  const headers = { ...(host === undefined ? {} : { host }), ...request.headers };
  const url = `http://127.0.0.1:${scene.wanted.ports.http ?? 80}${path}`;
  return ask(url, signal, { ...request, headers });
}

/** The same with a token of `checks.login`. */
export async function askWithToken(
  scene: CheckScene,
  path: string,
  signal: AbortSignal,
  request: HttpRequest = {},
): Promise<HttpAnswer> {
  const authorization = `Bearer ${await scene.token()}`;
  return askEdge(scene, path, signal, {
    ...request,
    headers: { ...request.headers, authorization },
  });
}

/** One HTTP request. @throws Error when nothing answers. */
export async function ask(
  url: string,
  signal: AbortSignal,
  request: HttpRequest = {},
): Promise<HttpAnswer> {
  const { method = "GET", headers = {}, body } = request;
  const send = url.startsWith("https:") ? secure : plain;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = send(url, { method, headers, agent: false, signal }, resolve);
    sent.once("error", reject);
    sent.end(body);
  });
  return read(response);
}

/** The body as JSON. @throws Error when it is none. */
export function jsonOf({ body, type }: HttpAnswer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    throw new Error(`the answer is not JSON but ${type || "of no type"}`);
  }
}

/** A field by its dotted name; an empty name is the value itself. */
export function fieldOf(value: unknown, name: string): unknown {
  return name.split(".").reduce<unknown>((node, part) => {
    if (part === "") return node;
    return typeof node === "object" && node !== null
      ? (node as Readonly<Record<string, unknown>>)[part]
      : undefined;
  }, value);
}

async function read(response: IncomingMessage): Promise<HttpAnswer> {
  const hash = createHash("sha256");
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response) {
    const received = piece as Buffer;
    hash.update(received);
    if (bytes < KEPT_BYTES) kept.push(received);
    bytes += received.length;
  }
  const type = (response.headers["content-type"] ?? "").split(";")[0] ?? "";
  return {
    status: response.statusCode ?? 0,
    type: type.trim().toLowerCase(),
    body: Buffer.concat(kept),
    bytes,
    sha256: hash.digest("hex"),
  };
}
