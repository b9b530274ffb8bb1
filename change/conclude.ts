import { isFullRollback } from "../plan/checks";
import { validationNotes, type Verdict } from "../plan/checks/verdict";
import type { StackName } from "../plan/application/topology";
import type { ChangeRequest } from "../plan/model/wanted";
import type { Synced } from "./sync/notes";
import type { HostContext } from "../host/context";
import { moveWorkTree } from "../host/release/work-tree";
import { markWorkTreeMoved, setState } from "./records/change";
import { logEndOf } from "./log/append";
import { placeUntracked } from "../host/untracked/place-untracked";

/** How the cutover went, and who is to be called. */
export interface Ended {
  /** Milliseconds for which no edge served; null if that is not known. */
  readonly downtimeMs: number | null;
  readonly synced: readonly Synced[] | undefined;
  readonly verdict: Verdict;
  /** Networks of the other side that are left, as Docker names them. */
  readonly networksInUse: readonly string[];
  readonly contacts: Readonly<Record<string, string>>;
}

/** What a change does once its side serves: branch, work tree, log entry, record (document: post-rollback actions). */
export async function conclude(
  context: HostContext,
  request: ChangeRequest,
  ended: Ended,
): Promise<object> {
  const { number, wanted } = request;
  const workTree = request.bringsRelease ? await moveTeamsWorkTree(context, request) : undefined;
  const reached = {
    phases: wanted.rolledBackPhases,
    fullRollback: isFullRollback(wanted.rolledBackPhases, context.application.phases),
    commit: wanted.release.commit,
    sources: Object.fromEntries(
      Object.entries(wanted.volumes).map(([name, { source }]) => [name, source]),
    ),
  };
  const notes = [
    ...cutoverNotes(ended, request.from),
    ...(workTree === undefined ? [] : [workTree]),
  ];
  await logEndOf(context, request, { reached, notes, contacts: ended.contacts });
  await setState(context, number, "done");
  return { workTree: workTree ?? "as it was" };
}

function cutoverNotes(
  { downtimeMs, synced, verdict, networksInUse }: Ended,
  from: StackName | null,
): string[] {
  return [
    ...(downtimeMs === null || from === null
      ? []
      : [`Downtime: no edge served for ${downtimeMs} ms`]),
    ...validationNotes(verdict),
    ...networksInUse.map((name) => `Left: network ${name}, which something else uses`),
    ...(synced ?? []).map(
      ({ from, to, equal, files, bytes, sha256 }) =>
        `Proven equal (${equal}): ${to} and ${from}, ${files} files, ${bytes} bytes, sha256 ${sha256}`,
    ),
  ];
}

async function moveTeamsWorkTree(context: HostContext, request: ChangeRequest): Promise<string> {
  const { number, wanted } = request;
  const { moved, how, leftCommits } = await moveWorkTree(context, {
    number,
    protectedPaths: context.application.protectedPaths,
  });
  if (moved) {
    await placeUntracked(context, wanted.untracked.contentId);
    await markWorkTreeMoved(context, number);
  }
  context.report(`work tree: ${how}`);
  const left =
    leftCommits.length === 0 ? "" : `; commits on the former branch: ${leftCommits.join(", ")}`;
  return `Work tree: ${how}${left}`;
}
