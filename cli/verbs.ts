import { createRequire } from "node:module";
import type { HostContext, Progress } from "../host/context";
import type * as beginModule from "./verbs/begin";
import type * as carryModule from "./verbs/carry";
import type * as makeWayModule from "./verbs/make-way";
import type * as releaseModule from "./verbs/release";
import type * as switchModule from "./verbs/switch";
import type * as volumeModule from "./verbs/volume";

/** A step of a change, as a command resource runs it; it reads its input as what the components send. */
export type Verb = (context: HostContext, input: never, progress: Progress) => Promise<object>;

const load = createRequire(__filename);

const verbs: Readonly<Record<string, () => Verb>> = {
  begin: () => (load("./verbs/begin") as typeof beginModule).begin,
  makeWay: () => (load("./verbs/make-way") as typeof makeWayModule).makeWay,
  release: () => (load("./verbs/release") as typeof releaseModule).release,
  volume: () => (load("./verbs/volume") as typeof volumeModule).volume,
  carry: () => (load("./verbs/carry") as typeof carryModule).carry,
  switch: () => (load("./verbs/switch") as typeof switchModule).switchOver,
};

/** The verb of that name, loaded only now; an unknown name is told with the known ones. */
export function loadVerb(name: string): Verb {
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb !== undefined) return verb();
  const known = ["repeat", ...Object.keys(verbs)].join(", ");
  throw new Error(`"${name}" is not a step of a change; known are ${known}`);
}
