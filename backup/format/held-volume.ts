import { access } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, type Problem, ProblemsError } from "../../plan/problem";
import type { HostContext } from "../../host/context";
import { isErrno } from "../../host/durable-file";
import { firstCommit } from "../../host/git/first-commit";
import { statePath } from "../../host/state-directory";
import { type Manifest, type ManifestVolume, readManifest } from "./manifest";

/** A backup's volumes that were asked for, and what stands in the way of using them. */
export interface HeldVolumes {
  /** The backup's folder, absolute. */
  readonly folder: string;
  readonly volumes: readonly ManifestVolume[];
  /** The images that it holds, whatever was asked for; null if there are none. */
  readonly images: Manifest["images"];
  readonly problems: readonly Problem[];
  /** Whether there is a backup of that name, be it damaged or not. */
  readonly complete: boolean;
}

export const CHOOSE_ANOTHER = "choose another backup (rollback backups) or restore the file";

/** Looks a backup's volumes up, without reading an archive; all of them where none are named. */
export async function heldVolumes(
  context: HostContext,
  id: string,
  names?: readonly string[],
): Promise<HeldVolumes> {
  const subject = `backup "${id}"`;
  const folder = statePath.backup(context, id);
  const manifest = await readManifest(folder).catch((error: unknown) => unreadable(folder, error));
  if ("what" in manifest) {
    const problems = [{ subject, ...manifest }];
    return { folder, volumes: [], images: null, problems, complete: false };
  }
  const wanted = names ?? manifest.volumes.map((volume) => volume.name);
  const found = await Promise.all(wanted.map((name) => look(folder, manifest, name)));
  const findings = [await applicationProblem(context, manifest), ...found];
  return {
    folder,
    complete: true,
    images: manifest.images,
    volumes: found.flatMap((each) => ("file" in each ? [each] : [])),
    problems: findings.flatMap((each) =>
      each !== null && "what" in each ? [{ subject, ...each }] : [],
    ),
  };
}

/**
 * One volume of a backup.
 *
 * @throws ProblemsError where it cannot be used: no such backup or volume, of another application, incomplete.
 */
export async function heldVolume(
  context: HostContext,
  id: string,
  name: string,
  attempt: string,
): Promise<ManifestVolume> {
  const { volumes, problems } = await heldVolumes(context, id, [name]);
  const [volume] = volumes;
  if (problems.length > 0 || volume === undefined) throw new ProblemsError(attempt, problems);
  return volume;
}

type Finding = Omit<Problem, "subject">;

/** What was written by another application would start, and lose that one's data only later. */
async function applicationProblem(
  context: HostContext,
  manifest: Manifest,
): Promise<Finding | null> {
  const own = await firstCommit(context);
  if (manifest.application === own) return null;
  return {
    what: "it is a backup of another application",
    advice: [
      `found the first commit ${short(manifest.application)}, this repository begins with ${short(own)}`,
      `choose a backup of this application (rollback backups)`,
    ],
  };
}

async function look(
  folder: string,
  manifest: Manifest,
  name: string,
): Promise<ManifestVolume | Finding> {
  const volume = manifest.volumes.find((entry) => entry.name === name);
  if (volume === undefined) {
    const held = manifest.volumes.map((entry) => entry.name).join(", ") || "none";
    const advice = [`volumes in it: ${held}; choose another backup (rollback backups)`];
    return { what: `it does not hold the volume "${name}"`, advice };
  }
  for (const file of [volume.file, volume.entriesFile]) {
    const missing = await access(join(folder, file)).then(
      () => false,
      () => true,
    );
    if (missing) return { what: `${file} is missing`, advice: [CHOOSE_ANOTHER] };
  }
  return volume;
}

function unreadable(folder: string, error: unknown): Finding {
  if (isErrno(error, "ENOENT")) {
    const advice = [`nothing complete in ${folder}; "rollback backups" lists what there is`];
    return { what: "there is no such backup", advice };
  }
  const text = messageOf(error);
  return { what: "its manifest cannot be read", advice: [text, CHOOSE_ANOTHER] };
}

/** The beginning of a checksum or a commit, for a message. */
export function short(checksum: string): string {
  return `${checksum.slice(0, 12)}…`;
}
