import { createRequire } from "node:module";
import type { HostContext, Progress } from "../host/context";
import type * as beginModule from "./begin";
import type * as syncModule from "./sync";
import type * as freeNamesModule from "./free-names";
import type * as releaseModule from "./release";
import type * as switchModule from "./switch";
import type * as volumeModule from "./volume";

/** A step of a change, as a command resource runs it; it reads its input as what the components send. */
export type Verb = (context: HostContext, input: never, progress: Progress) => Promise<object>;

const load = createRequire(__filename);

const verbs: Readonly<Record<string, () => Verb>> = {
  begin: () => (load("./begin") as typeof beginModule).begin,
  freeNames: () => (load("./free-names") as typeof freeNamesModule).freeNames,
  release: () => (load("./release") as typeof releaseModule).release,
  volume: () => (load("./volume") as typeof volumeModule).volume,
  sync: () => (load("./sync") as typeof syncModule).sync,
  switch: () => (load("./switch") as typeof switchModule).switchOver,
};

/** The verb of that name, loaded only now; an unknown name is told with the known ones. */
export function loadVerb(name: string): Verb {
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb !== undefined) return verb();
  const known = ["repeat", ...Object.keys(verbs)].join(", ");
  throw new Error(`"${name}" is not a step of a change; known are ${known}`);
}
