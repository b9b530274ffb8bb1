import { observeMaps } from "../../../change/observe";
import { storeImages } from "../../../plan/data/store-images";
import { verifyBackup } from "../../../backup/verify-backup";
import type { VerifyLevel } from "../../../backup/format/verify-level";
import { ensureHelperImage } from "../../../host/docker/helper-image";
import { underLock } from "../../../change/lock/hold";
import { ProblemsError } from "../../../plan/problem";
import { openSettings } from "../../project/host-facts";
import { type Output, processOutput } from "../../terminal/output";
import type { ProjectChoice } from "../../project/project";
import { requireBackup } from "./existing";

export interface VerifyOptions extends ProjectChoice {
  readonly level: VerifyLevel;
  readonly json?: boolean;
}

/** `rollback backups verify <id>`: proves a backup as far as asked for; what is wrong is an error, and noted in the backup. */
export async function verify(
  id: string,
  options: VerifyOptions,
  output: Output = processOutput(),
): Promise<void> {
  const attempt = `verify backup "${id}"`;
  const { context, settings } = await openSettings(options, attempt);
  await requireBackup(context, id, attempt);
  await ensureHelperImage(context);
  // Only what is restored is tried.
  const images =
    options.level === "restore" ? storeImages(await observeMaps(context, settings)) : {};
  const started = performance.now();
  const problems = await underLock(context, "rollback backups verify", () =>
    verifyBackup(context, id, options.level, images),
  );
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  if (options.json === true) {
    output.line(JSON.stringify({ id, level: options.level, problems, seconds }));
  }
  if (problems.length > 0) throw new ProblemsError(attempt, problems);
  if (options.json !== true) {
    output.line(`backup ${id}: verified, level ${options.level}, ${seconds} s`);
  }
}
