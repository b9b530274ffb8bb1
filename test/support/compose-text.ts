import assert from "node:assert/strict";
import { parse } from "yaml";

export type Options = Readonly<Record<string, unknown>> | null;

export interface Service {
  readonly networks?: readonly string[] | Readonly<Record<string, Options>>;
  readonly volumes?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

interface File {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, Options>>;
  readonly volumes?: Readonly<Record<string, Options>>;
  readonly secrets?: Readonly<Record<string, Options>>;
  readonly configs?: Readonly<Record<string, Options>>;
}

/** A Compose file as YAML alone. */
export function read(text: string): File {
  return parse(text.replaceAll("${NAME_PREFIX:-}", ""), { merge: true }) as File;
}

/** A service of it. */
export function service(text: string, name: string): Service {
  const found = read(text).services[name];
  assert.ok(found, `no service "${name}"`);
  return found;
}

/** What a list or a mapping names. */
export function keys(list: readonly string[] | Readonly<Record<string, unknown>> = []): string[] {
  return Array.isArray(list) ? [...(list as readonly string[])] : Object.keys(list);
}
