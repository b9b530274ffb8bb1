import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { HostContext } from "../host/context";
import { syncFolder } from "../host/durable-file";
import { statePath } from "../host/state-directory";
import { PART_PREFIX } from "./format/list";

/**
 * Removes a backup: only for a person who asked for it. It loses its name first, so that a removal that is cut short leaves no
 * backup that looks complete; the next backup sweeps the rest. The caller holds the lock.
 */
export async function removeBackup(context: HostContext, id: string): Promise<void> {
  const part = join(statePath.backups(context), `${PART_PREFIX}${id}-${process.pid}`);
  await rename(statePath.backup(context, id), part);
  await syncFolder(statePath.backups(context));
  await rm(part, { recursive: true, force: true });
}
