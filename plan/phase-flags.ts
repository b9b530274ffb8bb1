import { ALL_PHASES } from "./topologies";
import type { StackName } from "./topology";

/** The stacks are the two ends of one scale: everything rolled back, or nothing. */
export function rolledBackPhases(stack: StackName): readonly number[] {
  return stack === "pre-simplification" ? ALL_PHASES : [];
}
