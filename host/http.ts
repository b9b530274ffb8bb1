import { createHash } from "node:crypto";
import { type IncomingMessage, request as plain } from "node:http";
import { request as secure } from "node:https";

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

/** One HTTP request, on a connection of its own: one kept from a server that has stopped since would tell nothing. @throws Error when nothing answers. */
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
