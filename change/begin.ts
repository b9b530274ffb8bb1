import { createBackup } from "../backup/create";
import { loadMissingImages } from "../backup/images";
import { hasBackup } from "../backup/format/list";
import { makePreExecutionBackup } from "../backup/pre-execution";
import { verifyArchives } from "../backup/format/verify";
import type { HostContext } from "../host/context";
import { ensureHelperImage } from "../host/docker/helper-image";
import { acquireLock } from "./lock/lock";
import { underLock } from "./lock/hold";
import { lockRequest } from "./lock/holder";
import { observeOutgoingSide } from "./outgoing-side";
import { openRecord, setState } from "./records/change";
import { readChange } from "./records/read";
import type { StepResult } from "./records/format";
import { stepDone } from "./records/steps";
import { refuseTooLittleSpace } from "./space";
import { resumeAfter } from "../host/docker/stop";
import type { GovernedVolume } from "../plan/application/topology";
import { runStep } from "./records/run-step";
import { freeParkedNetworks, park, type ParkedContainers } from "./staged/park";
import { saveAssembled } from "../host/untracked/assembled-set";
import { saveUntracked } from "../host/untracked/save-untracked";
import { checkOutgoingSide } from "./validation/before";
import { stopUsers } from "../backup/volumes/stop-users";
import { type Problem, ProblemsError } from "../plan/problem";
import { attemptOf } from "../plan/run/settings-problems";
import { automaticBackupId, safetyBackupId } from "../plan/model/source";
import type { ChangeRequest } from "../plan/model/wanted";
import type { VerbInputs } from "../plan/run/verbs";

/**
 * Begins a change: checks what it will restore from, loads the images that only a backup has, takes the lock, opens the record,
 * backs up a side that has no backup and snapshots what will be overwritten (document: before starting any phase). Nothing is
 * touched before the checks are over.
 */
export async function begin(
  context: HostContext,
  { request, checks }: VerbInputs["begin"],
): Promise<object> {
  const known = await readChange(context, request.number);
  if (known !== null && known.state !== "open")
    return { change: request.number, state: known.state };
  await ensureHelperImage(context);
  if (request.recordOnly) {
    await underLock(context, `change ${request.number}`, () => recordReached(context, request));
    return { change: request.number, state: "done" };
  }
  await verifySources(context, request);
  const step = { number: request.number, name: "begin", trigger: [request.number] };
  const begun = await stepDone(context, step.number, step.name, step.trigger);
  if (begun === null) await refuseTooLittleSpace(context, request);
  const images = Object.values(request.wanted.images);
  await loadMissingImages(context, images, attemptOf(request.stack, request.from));
  await acquireLock(context, await lockRequest(request.number, `change ${request.number}`));
  await recordLiveSide(context, request);
  const left = await observeOutgoingSide(context, request);
  await openRecord(context, request, left);
  await runStep(context, step, async () => {
    await checkOutgoingSide(context, request, checks);
    return save(context, request);
  });
  return { change: request.number, state: "open" };
}

async function verifySources(context: HostContext, request: ChangeRequest): Promise<void> {
  const problems: Problem[] = [];
  for (const { backup, volumes } of request.verify) {
    context.report(`checking backup ${backup}: ${volumes.length} archives`);
    problems.push(...(await verifyArchives(context, backup, volumes)));
  }
  if (problems.length > 0) {
    throw new ProblemsError(attemptOf(request.stack, request.from), problems);
  }
}

/** A live side that no record knew gets its own record, already reached, so that it can be returned to. */
async function recordLiveSide(context: HostContext, { adopts }: ChangeRequest): Promise<void> {
  if (adopts !== null) await recordReached(context, adopts);
}

/** A record of what is so already. */
async function recordReached(context: HostContext, request: ChangeRequest): Promise<void> {
  const known = await readChange(context, request.number);
  if (known?.state === "done") return;
  await openRecord(context, request, {
    outgoingUntracked: null,
    outgoingBranch: null,
    retire: [],
    retireNetworks: [],
  });
  await setState(context, request.number, "done");
}

/** Everything that the change will overwrite, and what it leaves without a backup, is saved and verified first. */
async function save(context: HostContext, request: ChangeRequest): Promise<StepResult> {
  const { untrackedPaths } = context.application;
  await saveUntracked(context, untrackedPaths);
  const { assembledOf } = request.wanted.untracked;
  if (assembledOf !== undefined) await saveAssembled(context, assembledOf);
  if (request.backsUpFirst) await backUpLiveSide(context, request);
  const parked = await park(context, request);
  const volumes = request.wanted.topology.volumes.filter(({ name }) =>
    request.overwrites.includes(name),
  );
  const stopped = request.kind === "inPlace" ? await stopUsers(context, volumes) : NOBODY;
  const safety = await snapshot(context, request, volumes).catch((error: unknown) =>
    startAgain([parked, stopped], error),
  );
  await freeParkedNetworks(context, request);
  return { safety, stopped: stopped.names, parked: parked.names };
}

/** Containers that were stopped, and how they run again. */
type Stopped = ParkedContainers;

const NOBODY: Stopped = { names: [], resume: () => Promise.resolve() };

/** Saves what is in the volumes that the change overwrites; returns the backup's id, null where there is nothing to save. */
async function snapshot(
  context: HostContext,
  { number, stack, wanted, settings }: ChangeRequest,
  volumes: readonly GovernedVolume[],
): Promise<string | null> {
  if (volumes.length === 0 || settings.safety === "none") return null;
  const id = safetyBackupId(number);
  if (await hasBackup(context, id)) return id;
  await createBackup(context, {
    ...{ id, kind: "safety", stack, afterChange: number - 1, volumes },
    commit: wanted.release.commit,
    topology: wanted.topology,
    untracked: await saveUntracked(context, context.application.untrackedPaths),
  });
  return id;
}

/** Without a snapshot the change goes no further: what was stopped for it serves again, and the error says so. */
async function startAgain(stopped: readonly Stopped[], error: unknown): Promise<never> {
  const names = stopped.flatMap((each) => each.names).join(", ");
  const told = (effect: string) =>
    names !== "" && error instanceof ProblemsError
      ? new ProblemsError(error.attempt, error.problems, effect)
      : error;
  await resumeAfter(told(`after ${names} had been stopped for it`), async () => {
    for (const { resume } of stopped) await resume();
  });
  throw told(`what was stopped for it runs again: ${names}`);
}

async function backUpLiveSide(context: HostContext, request: ChangeRequest): Promise<void> {
  const id = automaticBackupId(request.number);
  if (request.from === null || (await hasBackup(context, id))) return;
  const live = request.live ?? request.wanted;
  await makePreExecutionBackup(context, {
    id,
    kind: "automatic",
    stack: request.from,
    afterChange: request.number - 1,
    commit: live.release.commit,
    topology: live.topology,
  });
}
