import { createHash } from "node:crypto";
import type Docker from "dockerode";
import type { VerbContext } from "../plan/run/verbs";

/** What every function of host/ needs to know about where it works. */
export interface HostContext extends VerbContext {
  readonly docker: Docker;
  /** Tells a person what is going on; one short line, never secret, no carriage returns. */
  readonly report: Report;
}

const OWN_PREFIX = "rollback-";
const DIGEST_LENGTH = 12;

/** Docker's name of something of this program's own: another one for each state directory, so that two of them do not meet. */
export function ownName(context: Pick<HostContext, "stateDirectory">, name: string): string {
  return `${OWN_PREFIX}${name}${ownSuffix(context)}`;
}

/** Whether Docker's name of something is one that `ownName` gives for this state directory. */
export function isOwnName(context: Pick<HostContext, "stateDirectory">, name: string): boolean {
  return name.startsWith(OWN_PREFIX) && name.endsWith(ownSuffix(context));
}

function ownSuffix({ stateDirectory }: Pick<HostContext, "stateDirectory">): string {
  const digest = createHash("sha256").update(stateDirectory).digest("hex");
  return `-${digest.slice(0, DIGEST_LENGTH)}`;
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
