import { checksOfSide, comparableBefore } from "../../plan/checks";
import type { CheckSettings } from "../../plan/checks/settings";
import type { ChangeRequest } from "../../plan/model/wanted";
import { runChecks } from "../../checks/run";
import { type HostContext, reportingOf } from "../../host/context";
import { readResults, writeResults } from "./results-file";

/** What has been running for a while has settled: this is for a moment of load only. */
export const SETTLED_PATIENCE_SECONDS = 5;

/**
 * Looks, before a switch, at the outgoing side: a gate that fails there already is no reason to go back to it. Once per
 * change, so that a repeated run does not take for the old side what it has done to it.
 */
export async function checkOutgoingSide(
  context: HostContext,
  { number, kind, wanted, live }: ChangeRequest,
  settings: CheckSettings,
): Promise<void> {
  if (kind !== "switch" || live === null) return;
  if ((await readResults(context, number, "checks-before.json")) !== null) return;
  const checks = comparableBefore(
    checksOfSide(wanted.rolledBackPhases, context.application.phases),
    live.rolledBackPhases,
  );
  const run = {
    checks,
    topology: live.topology,
    wanted: live,
    settings,
    since: null,
    patienceSeconds: SETTLED_PATIENCE_SECONDS,
  };
  const results = await runChecks(reportingOf(context, "live side"), run);
  await writeResults(context, number, "checks-before.json", results);
}
