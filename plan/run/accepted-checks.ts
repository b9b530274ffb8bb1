import type { OneTimeSettings } from "../model/wanted";

/** Checks whose failure does not hold a change up: those that it was begun with, and those that a repeated run names. */
export function acceptedChecks(begun: OneTimeSettings, now: OneTimeSettings): readonly string[] {
  return [...new Set([...(begun.accept ?? []), ...(now.accept ?? [])])];
}
