import { createRequire } from "node:module";
import type { HostContext } from "../host/context";
import type { Verb, VerbInputs } from "../plan/run/verbs";
import type * as beginModule from "./begin";
import type * as syncModule from "./sync";
import type * as freeNamesModule from "./free-names";
import type * as releaseModule from "./release";
import type * as switchModule from "./switch";
import type * as volumeModule from "./volume";

/** What runs a verb, and returns its result: small, JSON. */
export type RunVerb<V extends Verb> = (
  context: HostContext,
  input: VerbInputs[V],
) => Promise<object>;

const load = createRequire(__filename);

const verbs: { readonly [V in Verb]: () => RunVerb<V> } = {
  begin: () => (load("./begin") as typeof beginModule).begin,
  freeNames: () => (load("./free-names") as typeof freeNamesModule).freeNames,
  release: () => (load("./release") as typeof releaseModule).release,
  volume: () => (load("./volume") as typeof volumeModule).volume,
  sync: () => (load("./sync") as typeof syncModule).sync,
  switch: () => (load("./switch") as typeof switchModule).switchOver,
};

/** A verb, loaded only now. */
export function loadVerb<V extends Verb>(name: V): RunVerb<V> {
  return verbs[name]();
}

/** @throws Error for a name that is no verb's; it tells those that are. */
export function verbNamed(name: string): Verb {
  if (Object.hasOwn(verbs, name)) return name as Verb;
  const known = ["repeat", ...Object.keys(verbs)].join(", ");
  throw new Error(`"${name}" is not a step of a change; known are ${known}`);
}
