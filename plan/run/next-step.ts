import { liveSide, openChange } from "../model/history";
import type { Facts } from "../model/observed";

/** What a person does next, given what of the live side is not healthy. */
export function nextStep(facts: Facts, unhealthy: readonly string[]): string {
  if (facts.lock?.alive) return "wait for the run that holds the lock";
  const open = openChange(facts.recorded);
  if (open !== undefined) {
    const finish = `finish change ${open.request.number}: pulumi up --stack ${open.request.stack}`;
    return open.cutOver ? finish : `${finish}; or abort it: rollback abort`;
  }
  const live = liveSide(facts);
  if (live === null) return "deploy a side: pulumi up --stack <stack>";
  return unhealthy.length > 0 ? `repair: pulumi up --stack ${live}` : "nothing to do";
}
