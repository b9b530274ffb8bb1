import { resolve } from "node:path";
import { adoptBackup } from "../../../backup/adopt";
import { ensureHelperImage } from "../../../host/docker/helper-image";
import { lockRequest } from "../../../change/lock/holder";
import { acquireLock, releaseLock } from "../../../change/lock/lock";
import { openProject } from "../../project/host-facts";
import { type Output, processOutput } from "../../terminal/output";
import type { ProjectChoice } from "../../project/project";

/** `rollback backups adopt <folder>`: a backup of what the document's own commands wrote (document: pre-execution backup, step 3). */
export async function adopt(
  folder: string,
  options: ProjectChoice & { readonly json?: boolean },
  output: Output = processOutput(),
): Promise<void> {
  const context = await openProject(options, `adopt "${folder}"`);
  await ensureHelperImage(context);
  const lock = await lockRequest(0, "rollback backups adopt");
  await acquireLock(context, lock);
  try {
    const adopted = await adoptBackup(context, resolve(folder));
    if (options.json === true) output.line(JSON.stringify(adopted));
    else output.line(`adopted as backup ${adopted.id}: ${adopted.volumes.join(", ")}`);
  } finally {
    await releaseLock(context, lock);
  }
}
