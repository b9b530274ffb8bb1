import { newestOf } from "../data/backup-for";
import type { BackupSummary, Facts } from "../model/observed";
import type { Wanted } from "../model/wanted";

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
