import { syncOf } from "../data/sync";
import type { ChangeRecord } from "../model/observed";
import type { ChangeKind, ChangeRequest } from "../model/wanted";
import type { Problem } from "../problem";
import type { StackName } from "../application/topology";

/** Kinds that create containers beside the live ones; the others work on the live ones themselves. */
const STAGING_KINDS: readonly ChangeKind[] = ["first", "switch"];

/** Whether a change creates containers of its own that nothing routes to before its cutover. */
export function stagesBeside({ kind }: ChangeRequest): boolean {
  return STAGING_KINDS.includes(kind);
}

/** Whether a change syncs data into volumes of the live side itself: once its containers serve, people may have written there. */
export function syncsInPlace(request: ChangeRequest): boolean {
  return request.kind === "inPlace" && syncOf(request) !== undefined;
}

/** What has to be known of an open change before it is aborted. */
export interface AbortFacts {
  readonly live: StackName | null;
  /** Whether it has synced data in place, and its containers serve. */
  readonly servesSyncedData: boolean;
  /** Steps that still run, each with the process that runs it: a step outlives a pulumi that was killed. */
  readonly running: readonly { readonly step: string; readonly pid: number }[];
}

/** What speaks against giving an open change up; empty: it may be. With `force` steps that still run do not count. */
export function mayAbort(
  { request, cutOver }: ChangeRecord,
  { live, servesSyncedData, running }: AbortFacts,
  force: boolean,
): readonly Problem[] {
  const { number, stack } = request;
  const subject = `change ${number}`;
  const finish = `finish it: pulumi up --stack ${stack}`;
  const problems: Problem[] = [];
  if (cutOver || (stagesBeside(request) && live === stack)) {
    problems.push({
      subject,
      what: cutOver ? "has cut over already" : `the side that it stages, ${stack}, serves`,
      advice: [finish, "then go back, if wanted, with the other stack"],
    });
  }
  if (servesSyncedData) {
    problems.push({
      subject,
      what: "has synced the data over, and its containers serve",
      advice: [finish, "then take the setting back, if wanted: that syncs the data back as well"],
    });
  }
  if (!force) problems.push(...running.map(stillRuns));
  return problems;
}

/** What it still writes must not be taken away from under it. */
function stillRuns({ step, pid }: AbortFacts["running"][number]): Problem {
  return {
    subject: `step "${step}"`,
    what: `still runs, though the run that started it is gone (process ${pid})`,
    advice: ["wait for its end, or end that process, and try again"],
  };
}
