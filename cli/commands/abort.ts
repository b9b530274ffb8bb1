import type { HostContext } from "../../host/context";
import { describeHolder, lockRequest, type LockRequest } from "../../change/lock/holder";
import { acquireLock, breakLock, readLock, releaseLock } from "../../change/lock/lock";
import { readNotes } from "../../change/sync/notes";
import { answersAtEdge } from "../../change/edge/answers";
import { setState } from "../../change/records/change";
import { runningSteps } from "../../change/records/steps";
import { logEndOf } from "../../change/log/append";
import { unpark } from "../../change/staged/park";
import { type RemovedStage, removeStaged } from "../../change/staged/remove-staged";
import { endRestores } from "../../backup/volumes/end-restores";
import { syncOf } from "../../plan/data/sync";
import { liveSide, openChange } from "../../plan/model/history";
import type { ChangeRecord, Facts } from "../../plan/model/observed";
import { type Problem, ProblemsError } from "../../plan/problem";
import { safetyBackupId } from "../../plan/model/source";
import { parks } from "../../plan/staging/park";
import type { StackName } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";
import { openProject, readFacts } from "../project/host-facts";
import { type Output, processOutput } from "../terminal/output";
import { progress } from "../terminal/progress";
import type { ProjectChoice } from "../project/project";

const ATTEMPT = "give up the open change";
/** Kinds that create containers beside the live ones; the others work on the live ones themselves. */
const STAGING_KINDS: readonly string[] = ["first", "switch"];

export interface AbortOptions extends ProjectChoice {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** What an abort did. */
interface Aborted {
  readonly change: number;
  readonly stack: string;
  readonly removed: RemovedStage;
  /** Whether containers that were parked run again under their names. */
  readonly unparked: boolean;
  /** Volumes that the change had begun to write; their old content is in the safety snapshot. */
  readonly written: readonly string[];
  readonly safety: string | null;
  readonly request: ChangeRequest;
}

/** `rollback abort`: closes the open change that has not cut over and removes what it staged; the live side stays as it is. */
export async function abort(
  options: AbortOptions,
  output: Output = processOutput(),
): Promise<void> {
  const context = await openProject(options, ATTEMPT);
  if (openChange((await readFacts(context)).recorded) === undefined) {
    await nothingOpen(context, options, output);
    return;
  }
  const lock = await lockRequest(0, "rollback abort");
  await takeLock(context, lock, options.force === true);
  try {
    const facts = await readFacts(context);
    const open = openChange(facts.recorded);
    if (open === undefined) return;
    await refuse(context, facts, open, options.force === true);
    const aborted = await giveUp(context, open);
    if (options.json === true) output.line(JSON.stringify({ ...aborted, request: undefined }));
    else linesOf(aborted, facts).forEach(output.line);
  } finally {
    await releaseLock(context, lock);
  }
}

/** Also then a lock that nobody can free any more is given up, if a person says so. */
async function nothingOpen(
  context: HostContext,
  options: AbortOptions,
  output: Output,
): Promise<void> {
  const held = options.force === true ? await breakLock(context) : await readLock(context);
  if (options.json === true) {
    output.line(JSON.stringify({ change: null, lock: held, lockGivenUp: options.force === true }));
    return;
  }
  output.line("no change is open: nothing to give up");
  if (held === null) return;
  const what = options.force === true ? "gave up the lock of" : "the lock is held by";
  output.line(`${what} ${describeHolder(held)}`);
}

async function takeLock(context: HostContext, lock: LockRequest, force: boolean): Promise<void> {
  if (force) {
    const held = await breakLock(context);
    if (held?.alive) progress(`gave up the lock of ${describeHolder(held)}`);
  }
  await acquireLock(context, lock);
}

async function refuse(
  context: HostContext,
  facts: Facts,
  open: ChangeRecord,
  force: boolean,
): Promise<void> {
  const problems = [
    ...cutOverProblems(open, facts),
    ...(await servesProblems(context, open)),
    ...(await stepProblems(context, open, force)),
  ];
  if (problems.length > 0) throw new ProblemsError(ATTEMPT, problems);
}

function cutOverProblems({ request, cutOver }: ChangeRecord, facts: Facts): Problem[] {
  const serves = STAGING_KINDS.includes(request.kind) && liveSide(facts) === request.stack;
  if (!cutOver && !serves) return [];
  return [
    {
      subject: `change ${request.number}`,
      what: cutOver ? "has cut over already" : `the side that it stages, ${request.stack}, serves`,
      advice: [
        `finish it: pulumi up --stack ${request.stack}`,
        "then go back, if wanted, with the other stack",
      ],
    },
  ];
}

/** Where data was synced in place and the containers serve, people may have written to what giving up would leave behind. */
async function servesProblems(context: HostContext, { request }: ChangeRecord): Promise<Problem[]> {
  const syncs = request.kind === "inPlace" && syncOf(request) !== undefined;
  if (!syncs || (await readNotes(context, request.number)).synced === null) return [];
  if (!(await answersAtEdge(request.wanted.ports.http ?? 80))) return [];
  return [
    {
      subject: `change ${request.number}`,
      what: "has synced the data over, and its containers serve",
      advice: [
        `finish it: pulumi up --stack ${request.stack}`,
        "then take the setting back, if wanted: that syncs the data back as well",
      ],
    },
  ];
}

/** A verb outlives a pulumi that was killed: what it still writes must not be taken away from under it. */
async function stepProblems(
  context: HostContext,
  { request }: ChangeRecord,
  force: boolean,
): Promise<Problem[]> {
  const running = await runningSteps(context, request.number);
  if (force) {
    for (const { step, by } of running) progress(`step "${step}" still runs: process ${by.pid}`);
    return [];
  }
  return running.map(({ step, by }) => ({
    subject: `step "${step}"`,
    what: `still runs, though the run that started it is gone (process ${by.pid})`,
    advice: ["wait for its end, or end that process, and try again"],
  }));
}

async function giveUp(context: HostContext, change: ChangeRecord): Promise<Aborted> {
  const { request, written } = change;
  const { number, stack, kind, overwrites, wanted } = request;
  // Before anything is removed: a restore whose process was killed goes on writing by itself.
  await endRestores(context, wanted.topology.volumes);
  const removed = STAGING_KINDS.includes(kind)
    ? await removeStaged(context, request)
    : { containers: [], networks: [], networksInUse: [] };
  const unparked = await unpark(context, change);
  await setState(context, number, "aborted");
  const safety = overwrites.length > 0 ? safetyBackupId(number) : null;
  const notes = [
    "Given up: rollback abort",
    ...writtenLines(written, safety).map((line) => `Left: ${line}`),
  ];
  await logEndOf(context, request, { reached: null, notes, contacts: {} });
  return { change: number, stack, removed, unparked, written, safety, request };
}

/** In place, and where both sides have something of one name, a change works on what is live. */
function liveSideText({ request, stack, unparked }: Aborted, live: StackName | null): string {
  if (unparked) return `live side: ${live ?? "none"}; what was parked runs again`;
  return request.kind === "inPlace" || parks(request)
    ? `live side: ${live ?? "none"}; pulumi up --stack ${live ?? stack} starts what the change had stopped and brings back what it had overwritten`
    : `live side: ${live ?? "none"}, untouched`;
}

function linesOf(aborted: Aborted, facts: Facts): string[] {
  const { change, stack, removed, written, safety } = aborted;
  const { containers, networks, networksInUse } = removed;
  return [
    `gave up change ${change} to ${stack}: removed ${containers.length} containers and ${networks.length} networks that it had staged`,
    ...(networksInUse.length > 0
      ? [`networks that something else uses were left: ${networksInUse.join(", ")}`]
      : []),
    ...writtenLines(written, safety),
    liveSideText(aborted, liveSide(facts)),
    `if the stack is still locked by the run that was interrupted: pulumi cancel --stack ${stack}`,
  ];
}

function writtenLines(written: readonly string[], safety: string | null): readonly string[] {
  if (written.length === 0) return [];
  const before = safety === null ? "" : `; what was in them before is in backup ${safety}`;
  return [`volumes that it had begun to write stay as they are: ${written.join(", ")}${before}`];
}
