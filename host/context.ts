import type Docker from "dockerode";
import type { VerbContext } from "../plan/run/verbs";

/** What every function of host/ needs to know about where it works. */
export interface HostContext extends VerbContext {
  readonly docker: Docker;
  /** Tells a person what is going on; one short line, never secret, no carriage returns. */
  readonly report: Report;
}

/** Docker's name of a service's container, of a volume, or of what is this program's own. */
export function dockerName(context: HostContext, name: string): string {
  return `${context.namePrefix}${name}`;
}

/** Takes a line for a person. */
export type Report = (line: string) => void;

/** The same host, saying of every line what it is about: "live side: …". */
export function reportingOf(context: HostContext, what: string): HostContext {
  return {
    ...context,
    report: (line) => {
      context.report(`${what}: ${line}`);
    },
  };
}
