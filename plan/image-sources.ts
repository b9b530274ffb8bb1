import { newestOf } from "./history";
import type { NextRun } from "./next-run";
import type { BackupSummary, Facts } from "./observed";
import type { ChangeRequest, Wanted } from "./wanted";

/** An image, and the backup that it is loaded from. */
export interface ImageSource {
  readonly reference: string;
  readonly backup: string;
}

/** Where missing images come from: of each the newest verified backup, of whatever kind, that holds it; none for some. */
export function imageSources(
  references: readonly string[],
  backups: readonly BackupSummary[],
): readonly ImageSource[] {
  const usable = backups.filter(({ verified }) => verified);
  return references.flatMap((reference) => {
    const backup = newestOf(usable.filter(({ images }) => images.includes(reference)));
    return backup === undefined ? [] : [{ reference, backup: backup.id }];
  });
}

/** Images of a map that are not on this host, each once. */
export function missingImages(wanted: Wanted, facts: Facts): readonly string[] {
  const references = new Set(Object.values(wanted.images));
  return [...references].filter((reference) => !facts.images.includes(reference));
}

/**
 * Images that this run has to build or pull: missing, and not loaded from a backup. Only the beginning of a change loads, so one
 * that goes on, or has nothing to do, finds what was loaded on the host, or has to do without.
 */
export function imagesToMake(
  plan: { readonly run: NextRun["kind"]; readonly request: ChangeRequest },
  facts: Facts,
): readonly string[] {
  const missing = missingImages(plan.request.wanted, facts);
  if (plan.run !== "change") return missing;
  const loaded = new Set(imageSources(missing, facts.backups).map(({ reference }) => reference));
  return missing.filter((reference) => !loaded.has(reference));
}
