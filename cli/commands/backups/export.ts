import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { exportBackup } from "../../../backup/transfer";
import { ensureHelperImage } from "../../../host/docker/helper-image";
import { underLock } from "../../../change/lock/hold";
import { ProblemsError } from "../../../plan/problem";
import type { CommonOptions } from "../../project/common-options";
import { openProject } from "../../project/host-facts";
import { bytesText, type Output, processOutput } from "../../terminal/output";
import { requireBackup } from "./existing";

export interface ExportOptions extends CommonOptions {
  /** age recipients (age1…); none: the file is not encrypted. */
  readonly recipient?: readonly string[];
}

/** `rollback backups export <id> <file>`: one file that holds a whole backup, for another place. */
export async function exportOne(
  id: string,
  file: string,
  options: ExportOptions,
  output: Output = processOutput(),
): Promise<void> {
  const attempt = `export backup "${id}"`;
  const context = await openProject(options, attempt);
  await requireBackup(context, id, attempt);
  await refuseTaken(resolve(file), attempt);
  const recipients = options.recipient ?? [];
  await ensureHelperImage(context);
  const bytes = await underLock(context, "rollback backups export", () =>
    exportBackup(context, id, resolve(file), recipients),
  );
  const encrypted = recipients.length > 0;
  if (options.json === true) output.line(JSON.stringify({ id, file, bytes, encrypted }));
  else {
    const how = encrypted ? "encrypted" : "not encrypted: it holds secrets";
    output.line(`exported backup ${id} to ${file}: ${bytesText(bytes)}, ${how}`);
  }
}

async function refuseTaken(file: string, attempt: string): Promise<void> {
  const taken = await access(file).then(
    () => true,
    () => false,
  );
  if (!taken) return;
  throw new ProblemsError(attempt, [
    { subject: `file "${file}"`, what: "exists already", advice: ["name another one"] },
  ]);
}
