import { hasBackup, readManifests } from "../../../backup/format/list";
import type { HostContext } from "../../../host/context";
import { ProblemsError } from "../../../plan/problem";

/** Refuses the id of a backup that is not there, and says which are. */
export async function requireBackup(
  context: HostContext,
  id: string,
  attempt: string,
): Promise<void> {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(id) && (await hasBackup(context, id))) return;
  const ids = (await readManifests(context)).map((manifest) => manifest.id).reverse();
  throw new ProblemsError(attempt, [
    {
      subject: `backup "${id}"`,
      what: "does not exist",
      advice: [ids.length === 0 ? "there is no backup yet" : `there are: ${ids.join(", ")}`],
    },
  ]);
}
