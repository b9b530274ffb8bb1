import type Docker from "dockerode";
import type { VerbContext } from "../plan/run/verbs";

/** What every function of host/ needs to know about where it works. */
export interface HostContext extends VerbContext {
  readonly docker: Docker;
}

/** Docker's name of an unprefixed container, network, volume or image name. */
export function dockerName(context: HostContext, name: string): string {
  return `${context.namePrefix}${name}`;
}

/** Tells a person what is going on; one short line, never secret, no carriage returns. */
export type Progress = (line: string) => void;
