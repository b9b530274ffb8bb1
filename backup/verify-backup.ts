import type { Problem } from "../plan/problem";
import type { HostContext } from "../host/context";
import { heldVolumes } from "./format/held-volume";
import type { ManifestVolume } from "./format/manifest";
import { addVerification } from "./format/verifications";
import { archiveFindings, type Finding, imagesFinding } from "./format/verify-archive";
import type { VerifyLevel } from "./format/verify-level";
import { filesFindings } from "./verify-files";
import { restoreFindings } from "./verify-restore";

/**
 * Verifies a whole backup and notes the result beside its manifest; everything that is wrong comes back as a problem. Level `files`
 * does what `archive` does and more; `restore` restores beside everything else, tries the data with the image that works with it (`images`, by the
 * volume) and removes both again. The caller holds the lock.
 */
export async function verifyBackup(
  context: HostContext,
  id: string,
  level: VerifyLevel,
  images: Readonly<Record<string, string>>,
): Promise<Problem[]> {
  const subject = `backup "${id}"`;
  const { folder, volumes, images: saved, problems, complete } = await heldVolumes(context, id);
  const found = [...problems];
  for (const volume of volumes) {
    const looked = { context, folder, volume, level, images };
    const findings = await volumeFindings(looked);
    found.push(...findings.map((finding) => ({ subject, ...finding })));
  }
  const damaged = saved === null ? null : await imagesFinding(folder, saved);
  if (damaged !== null) found.push({ subject, ...damaged });
  if (complete) {
    const texts = found.map(({ what, advice }) => [what, ...advice].join("; "));
    const at = new Date().toISOString();
    await addVerification(folder, {
      level,
      at,
      ok: found.length === 0,
      problems: texts,
    });
  }
  return found;
}

interface LookedAt {
  readonly context: HostContext;
  readonly folder: string;
  readonly volume: ManifestVolume;
  readonly level: VerifyLevel;
  readonly images: Readonly<Record<string, string>>;
}

/** What the cheaper levels find wrong need not be restored to be known. */
async function volumeFindings(looked: LookedAt): Promise<readonly Finding[]> {
  const { context, folder, volume, level, images } = looked;
  const started = performance.now();
  const tell = (said: string): void => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    context.report(`verified ${volume.name} (${level}): ${said}, ${seconds} s`);
  };
  const damaged = await archiveFindings(folder, volume);
  if (damaged.length > 0) return damaged;
  if (level === "archive") {
    tell(`${volume.bytes} bytes`);
    return [];
  }
  if (level === "files") {
    const findings = await filesFindings(context, folder, volume);
    if (findings.length === 0) tell(`${volume.entries} entries, ${volume.contentBytes} bytes`);
    return findings;
  }
  const { said, findings } = await restoreFindings(context, folder, volume, images[volume.name]);
  if (findings.length === 0) tell(said);
  return findings;
}
