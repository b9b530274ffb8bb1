import { validationNotes } from "../../plan/checks/verdict";
import type { ChangeRequest } from "../../plan/model/wanted";
import { failureText } from "../../plan/run/failure-texts";
import { onFailure } from "../../plan/run/on-failure";
import type { HostContext } from "../../host/context";
import type { FailedBackError } from "../edge/move";
import { markFailedBack, setState } from "../records/change";
import { logEndOf } from "../log/append";
import { removeStaged } from "../staged/remove-staged";
import { GatesFailedError } from "./validation";

export interface FailingBack {
  readonly request: ChangeRequest;
  /** Whom the log of rollbacks names. */
  readonly contacts: Readonly<Record<string, string>>;
}

/**
 * What follows when the edge is back where it was: a new side that could not serve may be tried again under the same number; one
 * that failed its gates is removed and its change closed. Returns what to tell.
 */
export async function endFailedBack(
  context: HostContext,
  { request, contacts }: FailingBack,
  error: FailedBackError,
): Promise<Error> {
  await markFailedBack(context, request.number);
  const { cause } = error;
  if (!(cause instanceof GatesFailedError)) return error;
  await removeStaged(context, request);
  const outcome = onFailure(request, "newEdge");
  await setState(context, request.number, outcome.state);
  const { verdict } = cause;
  const notes = [
    `Failed back: "${request.from ?? "the other side"}" serves again`,
    ...validationNotes(verdict),
  ];
  await logEndOf(context, request, { reached: null, notes, contacts });
  return new GatesFailedError(failureText(request, outcome, verdict.failedGates), verdict);
}
