import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { messageOf } from "../../plan/problem";
import { CHOOSE_ANOTHER, short } from "./held-volume";
import type { Manifest, ManifestVolume } from "./manifest";

const READ_BYTES = 1024 * 1024;

/** What is wrong with a volume of a backup, and what to do about it. */
export interface Finding {
  readonly what: string;
  readonly advice: readonly string[];
}

/** Level `archive`: the archive and the list of entries are what was written, byte by byte. Nothing is unpacked to a disk. */
export async function archiveFindings(folder: string, volume: ManifestVolume): Promise<Finding[]> {
  const { file, sha256, entriesFile, entriesSha256 } = volume;
  const findings = [
    await checksumFinding(file, sha256, () => fileChecksum(join(folder, file))),
    await checksumFinding(entriesFile, entriesSha256, () =>
      linesChecksum(join(folder, entriesFile)),
    ),
  ];
  return findings.filter((finding) => finding !== null);
}

/** The same for the file of images. */
export async function imagesFinding(
  folder: string,
  { file, sha256 }: NonNullable<Manifest["images"]>,
): Promise<Finding | null> {
  return checksumFinding(file, sha256, () => fileChecksum(join(folder, file)));
}

/** SHA-256 of a file, hexadecimal; memory stays flat. */
export async function fileChecksum(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: READ_BYTES }), hash);
  return hash.digest("hex");
}

async function linesChecksum(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), createGunzip(), hash);
  return hash.digest("hex");
}

async function checksumFinding(
  file: string,
  wanted: string,
  checksum: () => Promise<string>,
): Promise<Finding | null> {
  try {
    const found = await checksum();
    if (found === wanted) return null;
    const advice = `found ${short(found)}, manifest says ${short(wanted)}; ${CHOOSE_ANOTHER}`;
    return { what: `${file} does not match its checksum`, advice: [advice] };
  } catch (error) {
    const said = messageOf(error);
    return { what: `${file} cannot be read`, advice: [said, CHOOSE_ANOTHER] };
  }
}
