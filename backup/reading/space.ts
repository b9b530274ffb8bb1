import { statfs } from "node:fs/promises";
import { ProblemsError } from "../../plan/problem";
import type { HostContext } from "../../host/context";

/** How small an archive gets is known only when it is written; less than this has hardly ever been enough. */
export const EXPECTED_SHARE = 0.5;

/**
 * Refuses a backup that there is no room for.
 *
 * @throws ProblemsError with what is needed and what is free.
 */
export async function refuseTooLittleSpace(context: HostContext, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(context.stateDirectory);
  const free = bavail * bsize;
  const needed = Math.ceil(bytes * EXPECTED_SHARE);
  if (needed <= free) return;
  throw new ProblemsError("make a backup", [
    {
      subject: `state directory "${context.stateDirectory}"`,
      what: "there is too little space for the backup",
      advice: [
        `needed: about ${needed} bytes (half of the volumes' ${bytes}), free: ${free} bytes`,
        "make room on its disk (rollback backups prune), or move it: config stateDirectory",
      ],
    },
  ]);
}
