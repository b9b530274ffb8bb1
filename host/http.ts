import { createHash } from "node:crypto";
import { type IncomingMessage, request as plain } from "node:http";
import { request as secure } from "node:https";

/** Bytes of a body that are kept; of the rest only the hash is. */
const KEPT_BYTES = 4 * 1024 * 1024;

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Of TLS: the name that the server is asked for, and whether its certificate has to be valid for that. */
  readonly serverName?: string | undefined;
  readonly verified?: boolean | undefined;
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
  const { method = "GET", headers = {}, body, serverName, verified = true } = request;
  const send = url.startsWith("https:") ? secure : plain;
  const options = {
    ...{ method, headers, agent: false as const, signal, rejectUnauthorized: verified },
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = send(url, options, resolve);
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
