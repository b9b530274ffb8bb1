import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { HostContext } from "../host/context";
import { isErrno } from "../host/durable-file";
import type { ApplicationNames } from "../plan/application/application";
import type { BackupSummary } from "../plan/model/observed";
import { type Problem, ProblemsError } from "../plan/problem";
import { archiveNames, archivesAmong } from "./document-archives";
import { importArchives } from "./import-archives";
import { summaryOf } from "./format/manifest";
import { importExported } from "./transfer";

/** What a person may ask to import, as far as it can be told without reading it whole. */
export type ImportKind = "missing" | "archives" | "exported" | "encrypted" | "unknown";

const AGE = "age-encryption.org/";
const TAR = "ustar";
const TAR_OFFSET = 257;

/**
 * Imports what is at a path: a folder of the document's archives, or one of them, as a foreign backup; what `exportBackup` wrote as the
 * backup that it is. The caller holds the lock.
 *
 * @param identityFile opens an exported backup that is encrypted
 * @throws ProblemsError when it is neither, or the identity does not fit, and with all that is wrong with it.
 */
export async function importBackup(
  context: HostContext,
  path: string,
  identityFile: string | undefined,
): Promise<BackupSummary> {
  const kind = await kindOf(context.application, path);
  const problem = importProblem(context.application, path, kind, identityFile);
  if (problem !== null) throw new ProblemsError(`import "${path}"`, [problem]);
  return kind === "archives"
    ? importArchives(context, path)
    : summaryOf(await importExported(context, path, identityFile), []);
}

async function kindOf(application: ApplicationNames, path: string): Promise<ImportKind> {
  const found = await stat(path).catch((error: unknown) => {
    if (isErrno(error, "ENOENT") || isErrno(error, "ENOTDIR")) return null;
    throw error;
  });
  if (found === null) return "missing";
  if (found.isDirectory() || archivesAmong(application, [basename(path)]).length > 0) {
    return "archives";
  }
  const beginning = await beginningOf(path);
  if (beginning.startsWith(AGE)) return "encrypted";
  return beginning.startsWith(TAR, TAR_OFFSET) ? "exported" : "unknown";
}

async function beginningOf(file: string): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Why it cannot be imported as it was asked for; null where it can. */
export function importProblem(
  application: ApplicationNames,
  path: string,
  kind: ImportKind,
  identityFile: string | undefined,
): Problem | null {
  const option = "option --identity";
  switch (kind) {
    case "missing":
      return { subject: `path "${path}"`, what: "does not exist", advice: ["check its spelling"] };
    case "unknown":
      return {
        subject: `file "${path}"`,
        what: "was not written by rollback backups export, nor is it an archive of the document",
        advice: [`archives are named ${archiveNames(application).join(", ")}`],
      };
    case "encrypted":
      if (identityFile !== undefined) return null;
      return {
        subject: option,
        what: `is missing: "${path}" is encrypted`,
        advice: ["--identity <file>: the age identity that opens it"],
      };
    case "archives":
    case "exported":
      if (identityFile === undefined) return null;
      return {
        subject: option,
        what: `does not fit: "${path}" is not encrypted`,
        advice: ["leave it out"],
      };
  }
}
