import type { ChangeState } from "../model/observed";
import type { ChangeKind } from "../model/wanted";

/** How the last step of a change makes its side the one that serves. */
export type LastStep = "cutOver" | "replaceInPlace" | "resume";

/**
 * A change that stages a side moves the edge to it. In place Pulumi has replaced containers of the live side, its edge perhaps among
 * them, also where the change is done already and only its containers were made anew. What else runs behind its edge (after an
 * interruption, on a repair, or when a change that is done is looked at again) is proven and never taken back.
 */
export function lastStepOf(kind: ChangeKind, state: ChangeState, edgeRuns: boolean): LastStep {
  const open = state === "open";
  if (open && kind === "inPlace") return "replaceInPlace";
  if (edgeRuns) return "resume";
  return open ? "cutOver" : "replaceInPlace";
}
