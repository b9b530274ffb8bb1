import type { ChangeRequest } from "../model/wanted";

/** The phase that brings the earlier migrations back. */
const DATABASE_PHASE = 7;

/** Whether the live side gets phase 7 back: then its migrations are run again (document: phase 7, step 4). */
export function bringsBackMigrations({ kind, wanted, live }: ChangeRequest): boolean {
  return (
    kind === "inPlace" &&
    wanted.rolledBackPhases.includes(DATABASE_PHASE) &&
    live?.rolledBackPhases.includes(DATABASE_PHASE) !== true
  );
}
