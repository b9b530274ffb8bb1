import { chown, mkdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import type { ChangeRequest } from "../../plan/model/wanted";
import type { HostContext } from "../../host/context";
import { isErrno, syncFolder, writeDurably } from "../../host/durable-file";
import { type RollbackLogEntry, withEntry, withReason } from "./text";

const NEW_FILE_MODE = 0o644;

/**
 * Adds an entry to the application's log (document: post-rollback actions), exactly once per change number, whole or not at
 * all. Returns whether it was added. Mode and owner of an existing log stay; a new one belongs to the repository's owner.
 */
export async function appendRollbackLog(
  context: HostContext,
  entry: RollbackLogEntry,
): Promise<boolean> {
  return rewrite(context, (text) => withEntry(text, entry));
}

/** Adds the entry of a change that ends now. */
export async function logEndOf(
  context: HostContext,
  { number, from, stack, settings }: ChangeRequest,
  end: Pick<RollbackLogEntry, "reached" | "notes" | "contacts">,
): Promise<void> {
  const endedAt = new Date().toISOString();
  const reason = settings.reason ?? null;
  await appendRollbackLog(context, { number, endedAt, reason, from, to: stack, ...end });
}

/** Adds a reason to the entry of a change; false if the log has no entry of it, or tells it already. */
export async function addReasonToLog(
  context: HostContext,
  number: number,
  reason: string,
): Promise<boolean> {
  return rewrite(context, (text) => withReason(text, number, reason));
}

async function rewrite(context: HostContext, change: (text: string) => string): Promise<boolean> {
  const file = await logFile(context);
  const before = await readIfThere(file);
  const after = change(before?.text ?? "");
  if (after === (before?.text ?? "")) return false;
  await writeDurably(file, after, before?.mode ?? NEW_FILE_MODE);
  await giveTo(file, before ?? (await stat(context.repository)));
  return true;
}

/** Where the log really is, also when it is a link; refuses one that leads out of the repository. */
async function logFile(context: HostContext): Promise<string> {
  const { rollbackLog } = context.application;
  const repository = await realpath(context.repository);
  await makeFolders(repository, dirname(rollbackLog));
  const linked = join(repository, rollbackLog);
  const file = await realpath(linked).catch(async (error: unknown) => {
    if (isErrno(error, "ENOENT"))
      return join(await realpath(dirname(linked)), basename(rollbackLog));
    throw error;
  });
  if (relative(repository, file).split(sep)[0] === "..") {
    throw new Error(`${rollbackLog} leads out of the repository, to ${file}: it is not written`);
  }
  return file;
}

async function makeFolders(repository: string, folder: string): Promise<void> {
  const owner = await stat(repository);
  const first = await mkdir(join(repository, folder), { recursive: true });
  if (first === undefined) return;
  for (let made = join(repository, folder); made.length >= first.length; made = dirname(made)) {
    await giveTo(made, owner);
    await syncFolder(dirname(made));
  }
}

async function readIfThere(
  file: string,
): Promise<{ text: string; mode: number; uid: number; gid: number } | null> {
  try {
    const [text, { mode, uid, gid }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    return { text, mode: mode & 0o7777, uid, gid };
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}

/** Only root can, and only root has to: everybody else writes files that are his already. */
async function giveTo(path: string, owner: { uid: number; gid: number }): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, owner.uid, owner.gid);
}
