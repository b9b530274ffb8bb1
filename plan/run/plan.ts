import { changeRequest } from "./change-request";
import { chooseWanted } from "./choose-wanted";
import { describePlan } from "./description";
import { nextRun, openRun, type NextRun } from "./next-run";
import type { Facts, Observed } from "../model/observed";
import type { Problem } from "../problem";
import { imageSources, missingImages } from "../release/image-sources";
import { extentOf } from "../release/scope";
import type { Settings } from "../settings/settings";
import { liveTopology } from "../release/releases";
import { nameProblems, portProblems, settingsProblems } from "./settings-problems";
import type { StackName } from "../application/topology";
import type { ChangeKind, ChangeRequest, RequestSettings } from "../model/wanted";
import { startedByOthers } from "../model/history";

/** What a run is going to do, or why it refuses. */
export type Plan =
  | {
      readonly ok: true;
      readonly run: NextRun["kind"];
      readonly request: ChangeRequest;
      /** What `pulumi preview` shows beside the resources: sources, git changes, what is left behind. */
      readonly description: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Decides the whole run from the settings and what was observed once; touches nothing (document: all of it). */
export function planFor(settings: Settings, observed: Observed): Plan {
  const problems = settingsProblems(settings, observed);
  const requested = requestSettings(settings);
  const open = openRun(observed, settings.stack, requested);
  if (open?.kind === "refuse") problems.push(openChangeProblem(open.open.request));
  if (problems.length > 0) return { ok: false, problems };
  if (open?.kind === "continue")
    return planned("continue", open.change.request, settings, observed);

  const chosen = chooseWanted(settings, observed);
  if (!chosen.ok) return chosen;
  const { wanted, adopts } = chosen;
  const taken = portProblems(wanted, observed);
  if (taken.length > 0) return { ok: false, problems: taken };
  const run = nextRun(observed, wanted, settings.oneTime.takeOver === true);
  if (run.kind === "nothing") return planned("nothing", run.change.request, settings, observed);
  if (run.kind !== "change") throw new Error(`unexpected run ${run.kind}`);
  const { number, change: kind } = run;
  if (replacesForeign(kind, settings, observed)) {
    return { ok: false, problems: [foreignProblem(settings.stack)] };
  }
  const named = nameProblems(wanted, liveTopology(observed), observed);
  if (named.length > 0) return { ok: false, problems: named };
  const request = changeRequest({ number, kind, wanted, adopts, settings: requested }, observed);
  return planned("change", request, settings, observed);
}

/** Whether the live side would be changed, and is not this program's. */
function replacesForeign(kind: ChangeKind, { stack, oneTime }: Settings, facts: Facts): boolean {
  const changes = kind === "inPlace" || kind === "repair";
  return changes && oneTime.takeOver !== true && startedByOthers(facts, stack);
}

function foreignProblem(stack: StackName): Problem {
  return {
    subject: "live side",
    what: "was not started by this program, and its containers would have to be replaced",
    advice: [
      `let them be stopped and replaced, which is a downtime: pulumi config set takeOver true --stack ${stack}`,
      "or change it as it was started: docker compose up; or switch to the other stack, which needs no take-over",
    ],
  };
}

function planned(
  run: "nothing" | "continue" | "change",
  request: ChangeRequest,
  settings: Settings,
  observed: Observed,
): Plan {
  return {
    ok: true,
    run,
    request,
    description: describePlan(run, request, observed, settings),
  };
}

function requestSettings(settings: Settings): RequestSettings {
  const { oneTime, preRef, simplifiedRef, phaseRefs } = settings;
  const { phases, scenario } = extentOf(settings);
  return {
    ...oneTime,
    ...(preRef === undefined ? {} : { preRef }),
    ...(simplifiedRef === undefined ? {} : { simplifiedRef }),
    phaseRefs,
    rolledBackPhases: phases,
    scenario,
  };
}

function openChangeProblem(open: { number: number; stack: StackName }): Problem {
  return {
    subject: `change ${open.number}`,
    what: `to "${open.stack}" is not finished, and this run asks for something else`,
    advice: [
      `finish it with the settings it was begun with: pulumi up --stack ${open.stack}`,
      "or abort it (only before its cutover): rollback abort",
    ],
  };
}

/**
 * Images that this run has to build or pull: missing, and not loaded from a backup. Only the beginning of a change loads, so one
 * that goes on, or has nothing to do, finds what was loaded on the host, or has to do without.
 */
export function imagesToMake(
  plan: { readonly run: NextRun["kind"]; readonly request: ChangeRequest },
  facts: Facts,
): readonly string[] {
  const missing = missingImages(plan.request.wanted, facts);
  if (plan.run !== "change") return missing;
  const loaded = new Set(imageSources(missing, facts.backups).map(({ reference }) => reference));
  return missing.filter((reference) => !loaded.has(reference));
}
