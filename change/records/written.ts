import { EXISTING } from "../../plan/model/source";
import type { StoredStep } from "./format";

const VOLUME_STEP = "volume-";

/** Name of the step that brings a governed volume to its source; `written` is read from these. */
export function volumeStep(volume: string): string {
  return `${VOLUME_STEP}${volume}`;
}

/** Volumes whose writing has begun, finished or not; one whose existing content is taken is never written. */
export function writtenVolumes(steps: readonly StoredStep[]): string[] {
  return steps
    .filter((step) => step.step.startsWith(VOLUME_STEP) && step.trigger[0] !== EXISTING)
    .map((step) => step.step.slice(VOLUME_STEP.length))
    .sort();
}
