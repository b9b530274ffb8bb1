import type { Problem } from "../../plan/problem";
import type { HostContext } from "../../host/context";
import { heldVolumes } from "./held-volume";
import { archiveFindings } from "./verify-archive";

/**
 * Compares the archives of some volumes with the backup's manifest, byte by byte (document: rollback validation). Everything
 * that is wrong comes back as a problem; nothing is written.
 */
export async function verifyArchives(
  context: HostContext,
  id: string,
  names: readonly string[],
): Promise<Problem[]> {
  const { folder, volumes, problems } = await heldVolumes(context, id, names);
  const found = [...problems];
  for (const volume of volumes) {
    for (const finding of await archiveFindings(folder, volume)) {
      found.push({ subject: `backup "${id}"`, ...finding });
    }
  }
  return found;
}
