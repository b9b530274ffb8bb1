import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { exportBackup, importBackup } from "../../../backup/transfer";
import type { HostContext } from "../../../host/context";
import { ensureHelperImage } from "../../../host/docker/helper-image";
import { lockRequest } from "../../../change/lock/holder";
import { acquireLock, releaseLock } from "../../../change/lock/lock";
import { ProblemsError } from "../../../plan/problem";
import type { CommonOptions } from "../../project/common-options";
import { openProject } from "../../project/host-facts";
import { bytesText, type Output, processOutput } from "../../terminal/output";
import { requireBackup } from "./existing";

export interface ExportOptions extends CommonOptions {
  /** age recipients (age1…); none: the file is not encrypted. */
  readonly recipient?: readonly string[];
}

export interface ImportOptions extends CommonOptions {
  /** File with the age identity that opens it. */
  readonly identity?: string;
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
  await locked(context, "export", async () => {
    const recipients = options.recipient ?? [];
    const bytes = await exportBackup(context, id, resolve(file), recipients);
    const encrypted = recipients.length > 0;
    if (options.json === true) output.line(JSON.stringify({ id, file, bytes, encrypted }));
    else {
      const how = encrypted ? "encrypted" : "not encrypted: it holds secrets";
      output.line(`exported backup ${id} to ${file}: ${bytesText(bytes)}, ${how}`);
    }
  });
}

/** `rollback backups import <file>`: the way back. */
export async function importOne(
  file: string,
  options: ImportOptions,
  output: Output = processOutput(),
): Promise<void> {
  const context = await openProject(options, `import "${file}"`);
  await locked(context, "import", async () => {
    const { id, stack, volumes } = await importBackup(context, resolve(file), options.identity);
    const names = volumes.map(({ name }) => name);
    if (options.json === true) output.line(JSON.stringify({ id, stack, volumes: names }));
    else output.line(`imported backup ${id} of ${stack}: ${names.join(", ")}`);
  });
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

async function locked(
  context: HostContext,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  await ensureHelperImage(context);
  const lock = await lockRequest(0, `rollback backups ${what}`);
  await acquireLock(context, lock);
  try {
    await work();
  } finally {
    await releaseLock(context, lock);
  }
}
