import { connect } from "../host/connect";
import type { HostContext } from "../host/context";
import { contextPaths, observeFacts } from "../host/observe";
import type { Facts } from "../plan/observed";
import { type ProjectChoice, readSettings } from "./project";

/** Connects to the host that the project's configuration describes; `attempt` is for messages. */
export async function openProject(choice: ProjectChoice, attempt: string): Promise<HostContext> {
  return connect(contextPaths(await readSettings(choice, attempt)), attempt);
}

/** What the commands for people need to know of the host; refs and host ports are no matter of theirs. */
export async function readFacts(context: HostContext): Promise<Facts> {
  return observeFacts(context, { refs: () => [], ports: [] });
}
