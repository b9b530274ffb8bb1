import { pulumi } from "../../demo/processes";
import type { Workspace } from "../../demo/workspace";
import type { StackName } from "../../plan/application/topology";

/** The side with the most containers. */
export const STACK: StackName = "pre-simplification";

/** What Pulumi says in the end where nothing was created, changed or removed. */
const UNCHANGED = /^Resources:\n\s+\d+ unchanged\n/m;

export function up(stack: StackName): string[] {
  return ["up", "--yes", "--skip-preview", "--stack", stack];
}

/** Seconds of a `pulumi up`. @throws Error with its output where it found anything to do */
export async function upUnchanged(workspace: Workspace): Promise<number> {
  const { output, seconds } = await must(workspace, up(STACK));
  if (!UNCHANGED.test(output)) throw new Error(`pulumi up in ${workspace.project}:\n${output}`);
  return seconds;
}

/** Runs `pulumi`. @throws Error with its output where it fails */
export async function must(
  workspace: Workspace,
  argv: readonly string[],
): Promise<{ readonly output: string; readonly stdout: string; readonly seconds: number }> {
  const finished = await pulumi(workspace, argv);
  if (finished.code !== 0) throw new Error(`pulumi ${argv.join(" ")}:\n${finished.output}`);
  return finished;
}
