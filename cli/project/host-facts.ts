import { progress } from "../terminal/progress";
import { connect } from "../../host/connect";
import type { HostContext } from "../../host/context";
import { observeFacts } from "../../change/observe";
import { verbContext } from "../../plan/run/verbs";
import type { Facts } from "../../plan/model/observed";
import type { Settings } from "../../plan/settings/settings";
import { type ProjectChoice, readSettings } from "./project";

/** Connects to the host that the project's configuration describes; `attempt` is for messages. */
export async function openProject(choice: ProjectChoice, attempt: string): Promise<HostContext> {
  return (await openSettings(choice, attempt)).context;
}

/** The same, for a command that needs more of the configuration than where things are. */
export async function openSettings(
  choice: ProjectChoice,
  attempt: string,
): Promise<{ readonly context: HostContext; readonly settings: Settings }> {
  const settings = await readSettings(choice, attempt);
  return { settings, context: await connect(verbContext(settings), attempt, progress) };
}

/** What the commands for people need to know of the host; refs are no matter of theirs. */
export async function readFacts(context: HostContext): Promise<Facts> {
  return observeFacts(context, { refs: () => [] });
}
