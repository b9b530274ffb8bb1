import {
  ABORT_ATTEMPT,
  type Aborted,
  abortOpenChange,
  type AbortResult,
  writtenLines,
} from "../../change/abort";
import { describeHolder } from "../../change/lock/holder";
import { parks } from "../../plan/staging/park";
import { openProject } from "../project/host-facts";
import type { ProjectChoice } from "../project/project";
import { type Output, processOutput } from "../terminal/output";

export interface AbortOptions extends ProjectChoice {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `rollback abort`: closes the open change that has not cut over and removes what it staged; the live side stays as it is. */
export async function abort(
  options: AbortOptions,
  output: Output = processOutput(),
): Promise<void> {
  const force = options.force === true;
  const context = await openProject(options, ABORT_ATTEMPT);
  const result = await abortOpenChange(context, force);
  if (options.json === true) output.line(JSON.stringify(dataOf(result, force)));
  else linesOf(result, force).forEach(output.line);
}

function dataOf(result: AbortResult, force: boolean): object {
  if (result.kind === "nothingOpen") return { change: null, lock: result.lock, lockGivenUp: force };
  const { request, removed, unparked, written, safety } = result.aborted;
  return { change: request.number, stack: request.stack, removed, unparked, written, safety };
}

function linesOf(result: AbortResult, force: boolean): readonly string[] {
  if (result.kind === "aborted") return abortedLines(result.aborted);
  const { lock } = result;
  const what = force ? "released the lock of" : "the lock is held by";
  return [
    "no change is open: nothing to abort",
    ...(lock === null ? [] : [`${what} ${describeHolder(lock)}`]),
  ];
}

function abortedLines(aborted: Aborted): readonly string[] {
  const { number, stack } = aborted.request;
  const { containers, networks, networksInUse } = aborted.removed;
  return [
    `aborted change ${number} to ${stack}: removed ${containers.length} containers and ${networks.length} networks that it had staged`,
    ...(networksInUse.length > 0
      ? [`networks that something else uses were left: ${networksInUse.join(", ")}`]
      : []),
    ...writtenLines(aborted),
    liveSideText(aborted),
    `if the stack is still locked by the run that was interrupted: pulumi cancel --stack ${stack}`,
  ];
}

/** In place, and where both sides have something of one name, a change works on what is live. */
function liveSideText({ request, live, unparked }: Aborted): string {
  const side = `live side: ${live ?? "none"}`;
  if (unparked) return `${side}; what was parked runs again`;
  return request.kind === "inPlace" || parks(request)
    ? `${side}; pulumi up --stack ${live ?? request.stack} starts what the change had stopped and brings back what it had overwritten`
    : `${side}, untouched`;
}
