import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import type { ChangeState } from "../../plan/model/observed";
import type { ChangeRequest } from "../../plan/model/wanted";
import type { HostContext } from "../../host/context";
import { createDurably, makePrivateFolder, writeDurably } from "../../host/durable-file";
import { statePath } from "../../host/state-directory";
import { RECORD_FORMAT, type Retired, type StoredChange } from "./format";
import { changeFile, readChange } from "./read";

/** What a record keeps beside the request: the outgoing side, and what of it is to be retired. */
export interface OutgoingSide {
  /** Content id of its untracked files. */
  readonly outgoingUntracked: string | null;
  /** Branch, or commit when detached, that the work tree was on. */
  readonly outgoingBranch: string | null;
  readonly retire: readonly Retired[];
  readonly retireNetworks: readonly Retired[];
}

/**
 * Begins the record of a change. Called again for the same request it returns what is stored, with the left side as it was
 * seen the first time; a number that another request has, or that is closed, is refused.
 */
export async function openRecord(
  context: HostContext,
  request: ChangeRequest,
  left: OutgoingSide,
): Promise<StoredChange> {
  await makePrivateFolder(statePath.record(context, request.number));
  const change: StoredChange = {
    format: RECORD_FORMAT,
    request,
    state: "open",
    cutOver: false,
    workTreeMoved: false,
    ...left,
    openedAt: new Date().toISOString(),
    closedAt: null,
  };
  if (await createDurably(changeFile(context, request.number), toText(change))) return change;
  const existing = await requireChange(context, request.number);
  if (existing.state !== "open") {
    throw new Error(
      `change ${request.number} is closed (${existing.state}); run the command again`,
    );
  }
  if (!isDeepStrictEqual(withoutUndefined(existing.request), withoutUndefined(request))) {
    throw new Error(
      `number ${request.number} was taken by another change meanwhile; run the command again`,
    );
  }
  return existing;
}

/** Notes that the edge is about to be asked to move: from now on the change is finished or failed back. */
export async function markCutOver(context: HostContext, number: number): Promise<void> {
  await rewrite(context, number, (change) => {
    if (change.state !== "open") {
      throw new Error(`change ${number} is closed (${change.state}): the edge is not moved`);
    }
    return { ...change, cutOver: true };
  });
}

/** Notes that the edge went back to the outgoing side: the change is open, and may be aborted again. */
export async function markFailedBack(context: HostContext, number: number): Promise<void> {
  await rewrite(context, number, (change) => ({ ...change, cutOver: false }));
}

/** Notes that the work tree now is on this change's branch. */
export async function markWorkTreeMoved(context: HostContext, number: number): Promise<void> {
  await rewrite(context, number, (change) => ({ ...change, workTreeMoved: true }));
}

/** Closes a change (or says again how it was closed); a closed one never gets another state. */
export async function setState(
  context: HostContext,
  number: number,
  state: ChangeState,
): Promise<void> {
  await rewrite(context, number, (change) => {
    if (change.state === state) return change;
    if (change.state !== "open") {
      throw new Error(`change ${number} is closed (${change.state}), it cannot become ${state}`);
    }
    return { ...change, state, closedAt: new Date().toISOString() };
  });
}

/** Folder for logs and inspections of what is about to be removed; made if it is missing. */
export async function evidenceFolder(context: HostContext, number: number): Promise<string> {
  const folder = join(statePath.record(context, number), "evidence");
  await makePrivateFolder(folder);
  return folder;
}

/** A change's record; throws if there is none. */
export async function requireChange(context: HostContext, number: number): Promise<StoredChange> {
  const change = await readChange(context, number);
  if (change === null) throw new Error(`change ${number} has no record`);
  return change;
}

async function rewrite(
  context: HostContext,
  number: number,
  update: (change: StoredChange) => StoredChange,
): Promise<void> {
  const change = await requireChange(context, number);
  const updated = update(change);
  if (updated !== change) await writeDurably(changeFile(context, number), toText(updated));
}

function toText(change: StoredChange): string {
  return `${JSON.stringify(change, null, 2)}\n`;
}

/** JSON has no undefined: what was stored and read again lacks the key. */
function withoutUndefined(request: ChangeRequest): unknown {
  return JSON.parse(JSON.stringify(request)) as unknown;
}
