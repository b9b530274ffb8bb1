import type { Observed } from "../../plan/model/observed";
import { planFor } from "../../plan/run/plan";
import { problemsText } from "../../plan/problem";
import type { Settings } from "../../plan/settings/settings";
import type { ChangeRequest, OneTimeSettings } from "../../plan/model/wanted";
import { ModelHost } from "./model-host";
import { settingsFor } from "./model-settings";

/** A host whose earlier side is live and has one backup. */
export function earlierSide(): ModelHost {
  const host = new ModelHost();
  host.carryOut(host.plan("pre-simplification"));
  host.write();
  host.backUp("b1");
  return host;
}

/** A host that has switched from that earlier side to the simplified one. */
export function simplifiedSide(): ModelHost {
  const host = earlierSide();
  host.carryOut(host.plan("simplified"));
  host.write();
  return host;
}

/** What the plan refuses with. */
export function messageOf(settings: Settings, observed: Observed): string {
  const plan = planFor(settings, observed);
  if (plan.ok) throw new Error("the plan should refuse");
  return problemsText("do it", plan.problems);
}

/** What the plan asks for. */
export function requestOf(settings: Settings, observed: Observed): ChangeRequest {
  const plan = planFor(settings, observed);
  if (!plan.ok) throw new Error(problemsText("do it", plan.problems));
  return plan.request;
}

/** The change that rolls back these phases and no other on the live simplified side. */
export function flagged(
  host: ModelHost,
  phases: readonly number[],
  oneTime: OneTimeSettings = {},
): ChangeRequest {
  const settings = settingsFor("simplified", oneTime, flags(phases));
  return requestOf(settings, host.observed(settings));
}

export function flags(phases: readonly number[]): Record<string, boolean> {
  return Object.fromEntries(phases.map((phase) => [String(phase), true]));
}
