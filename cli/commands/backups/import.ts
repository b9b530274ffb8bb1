import { resolve } from "node:path";
import { importBackup } from "../../../backup/import";
import { underLock } from "../../../change/lock/hold";
import { ensureHelperImage } from "../../../host/docker/helper-image";
import type { CommonOptions } from "../../project/common-options";
import { openProject } from "../../project/host-facts";
import { type Output, processOutput } from "../../terminal/output";

export interface ImportOptions extends CommonOptions {
  /** File with the age identity that opens an encrypted export. */
  readonly identity?: string;
}

/** `rollback backups import <path>`: a foreign backup (document: pre-execution backup, step 3), or what `export` wrote elsewhere. */
export async function importOne(
  path: string,
  options: ImportOptions,
  output: Output = processOutput(),
): Promise<void> {
  const context = await openProject(options, `import "${path}"`);
  await ensureHelperImage(context);
  const { id, kind, stack, volumes } = await underLock(context, "rollback backups import", () =>
    importBackup(context, resolve(path), options.identity),
  );
  if (options.json === true) output.line(JSON.stringify({ id, kind, stack, volumes }));
  else output.line(`imported backup ${id} of ${stack}: ${volumes.join(", ")}`);
}
