import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Problem } from "../../plan/problem";
import type { HostContext } from "../context";
import { isErrno } from "../durable-file";
import { statePath } from "../state-directory";
import { type Manifest, type ManifestVolume, readManifest } from "./manifest";

const READ_BYTES = 1024 * 1024;

/**
 * Compares the archives of some volumes with the backup's manifest, byte by byte (document: rollback validation). Everything
 * that is wrong comes back as a problem; nothing is written.
 */
export async function verifyArchives(
  context: HostContext,
  id: string,
  volumes: readonly string[],
): Promise<Problem[]> {
  const subject = `backup "${id}"`;
  const folder = statePath.backup(context, id);
  const manifest = await readManifest(folder).catch((error: unknown) => unreadable(folder, error));
  if ("what" in manifest) return [{ subject, ...manifest }];
  const problems: Problem[] = [];
  for (const name of volumes) {
    const found = await archiveProblem(folder, manifest, name);
    if (found !== null) problems.push({ subject, ...found });
  }
  return problems;
}

/** SHA-256 of a file, hexadecimal; memory stays flat. */
export async function fileChecksum(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: READ_BYTES }), hash);
  return hash.digest("hex");
}

type Finding = Omit<Problem, "subject">;

const CHOOSE_ANOTHER = "choose another backup (rollback backups) or restore the file";

async function archiveProblem(
  folder: string,
  manifest: Manifest,
  name: string,
): Promise<Finding | null> {
  const volume = manifest.volumes.find((entry) => entry.name === name);
  if (volume === undefined) {
    const held = manifest.volumes.map((entry) => entry.name).join(", ") || "none";
    const advice = [`volumes in it: ${held}; choose another backup (rollback backups)`];
    return { what: `it does not hold the volume "${name}"`, advice };
  }
  return checksumProblem(folder, volume);
}

async function checksumProblem(folder: string, volume: ManifestVolume): Promise<Finding | null> {
  try {
    const found = await fileChecksum(join(folder, volume.file));
    if (found === volume.sha256) return null;
    const advice = `found ${short(found)}, manifest says ${short(volume.sha256)}; ${CHOOSE_ANOTHER}`;
    return { what: `${volume.file} does not match its checksum`, advice: [advice] };
  } catch (error) {
    if (!isErrno(error, "ENOENT")) {
      return { what: `${volume.file} cannot be read`, advice: [String(error), CHOOSE_ANOTHER] };
    }
    return { what: `${volume.file} is missing`, advice: [CHOOSE_ANOTHER] };
  }
}

function unreadable(folder: string, error: unknown): Finding {
  if (isErrno(error, "ENOENT")) {
    const advice = [`nothing complete in ${folder}; "rollback backups" lists what there is`];
    return { what: "there is no such backup", advice };
  }
  const text = error instanceof Error ? error.message : String(error);
  return { what: "its manifest cannot be read", advice: [text, CHOOSE_ANOTHER] };
}

function short(checksum: string): string {
  return `${checksum.slice(0, 12)}…`;
}
