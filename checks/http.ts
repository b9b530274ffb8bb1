import { askEdge as askEdgeOf } from "../host/edge";
import type { HttpAnswer, HttpRequest } from "../host/http";
import type { CheckScene } from "./scene";

/** One request through the edge of the side that is looked at. */
export async function askEdge(
  { context, wanted }: CheckScene,
  path: string,
  signal: AbortSignal,
  request: HttpRequest = {},
): Promise<HttpAnswer> {
  return askEdgeOf(context, wanted, path, signal, request);
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
