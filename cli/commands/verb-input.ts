import { connect, type ContextPaths } from "../../host/connect";
import type { HostContext } from "../../host/context";

/** Reads what a command resource sends a verb, `{"context": {…}, …}`, and connects to Docker. */
export async function openVerbInput(
  verb: string,
  text: string,
): Promise<{ context: HostContext; input: object }> {
  const { context, ...input } = parseObject(verb, text);
  const paths = contextPaths(verb, context);
  return { context: await connect(paths, `run step "${verb}"`), input };
}

function parseObject(verb: string, text: string): Record<string, unknown> {
  try {
    const parsed = JSON.parse(text) as unknown;
    if (isObject(parsed)) return parsed;
  } catch {
    // Told below, without the parser's excerpt of the input.
  }
  throw new Error(`step "${verb}" expects one JSON object on standard input; Pulumi runs it`);
}

function contextPaths(verb: string, context: unknown): ContextPaths {
  const given = isObject(context) ? context : {};
  const text = (key: keyof ContextPaths): string => {
    const value = given[key];
    if (typeof value === "string") return value;
    throw new Error(`step "${verb}": its input lacks "context.${key}"`);
  };
  return {
    repository: text("repository"),
    stateDirectory: text("stateDirectory"),
    namePrefix: text("namePrefix"),
    helperImage: text("helperImage"),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
