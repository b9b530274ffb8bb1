import { ask, type HttpAnswer, type HttpRequest } from "../host/http";
import type { CheckScene } from "./scene";

/** One request through the edge, on a connection of its own. */
export async function askEdge(
  scene: CheckScene,
  path: string,
  signal: AbortSignal,
  request: HttpRequest = {},
): Promise<HttpAnswer> {
  const { host } = scene.settings;
  const headers = { ...(host === undefined ? {} : { host }), ...request.headers };
  const url = `http://127.0.0.1:${scene.wanted.ports.http}${path}`;
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
