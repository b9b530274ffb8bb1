import { contentBeforeUndoneChanges, lastDone, liveMap, openChange } from "../model/history";
import { newestBackup } from "./backup-for";
import type { BackupSummary, ChangeRecord, Facts } from "../model/observed";
import { automaticBackupId, parseSource, safetyBackupId } from "../model/source";
import { STACK_NAMES } from "../application/topology";

export interface KeptBackup {
  readonly backup: BackupSummary;
  /** Why it stays, for a person. */
  readonly reason: string;
}

/** What `rollback backups prune` does: every backup stands in exactly one of the two lists, newest first. */
export interface Retention {
  readonly keep: readonly KeptBackup[];
  readonly remove: readonly BackupSummary[];
}

/**
 * Decides which backups may go: of each topology all but the newest `keepPerTopology` that the program made by itself. Never
 * one that somebody made or imported, the newest verified one of a topology, or one that a change still needs.
 */
export function retention(facts: Facts, keepPerTopology: number): Retention {
  const newestFirst = [...facts.backups].sort((one, other) => other.sequence - one.sequence);
  const needed = neededByChanges(facts);
  const spare = newestFirst.filter((backup) => protection(facts, backup, needed) === undefined);
  const removable = new Set(
    STACK_NAMES.flatMap((stack) =>
      spare.filter((backup) => backup.stack === stack).slice(keepPerTopology),
    ),
  );
  return {
    keep: newestFirst
      .filter((backup) => !removable.has(backup))
      .map((backup) => ({
        backup,
        reason: protection(facts, backup, needed) ?? `among the newest ${keepPerTopology}`,
      })),
    remove: newestFirst.filter((backup) => removable.has(backup)),
  };
}

/** Numbers of the changes that took a volume's content from a backup, ascending. */
export function changesThatUsed(facts: Facts, backupId: string): readonly number[] {
  return facts.recorded.changes
    .filter(({ request }) =>
      Object.values(request.wanted.volumes).some(
        ({ source, number }) => number === request.number && backupOf(source) === backupId,
      ),
    )
    .map(({ request }) => request.number);
}

function protection(
  facts: Facts,
  backup: BackupSummary,
  needed: ReadonlyMap<string, string>,
): string | undefined {
  if (backup.kind === "imported") return "imported";
  if (backup.kind === "preExecution") return "made on request";
  if (newestBackup(facts, backup.stack) === backup) return `newest verified of ${backup.stack}`;
  return needed.get(backup.id);
}

/** By the backup's id: which change needs it. */
function neededByChanges(facts: Facts): ReadonlyMap<string, string> {
  const open = openChange(facts.recorded);
  const live = liveMap(facts)?.change ?? lastDone(facts.recorded);
  const others = STACK_NAMES.map((stack) => lastDone(facts.recorded, stack));
  return new Map([
    ...[...others, live].flatMap((change) => references(change, "last")),
    ...snapshotsOfUndone(facts),
    ...references(open, "open"),
  ]);
}

function references(change: ChangeRecord | undefined, what: string): [string, string][] {
  if (change === undefined) return [];
  const { number, wanted } = change.request;
  const sources = Object.values(wanted.volumes).flatMap(({ source }) => backupOf(source) ?? []);
  const own = [automaticBackupId(number), safetyBackupId(number)];
  return [...sources, ...own].map((id) => [id, `needed by ${what} change ${number}`]);
}

/** What "existing" means after an aborted change. */
function snapshotsOfUndone(facts: Facts): [string, string][] {
  return [...contentBeforeUndoneChanges(facts).values()].flatMap((id) =>
    id === null ? [] : [[id, "holds what an aborted change had overwritten"]],
  );
}

function backupOf(source: string): string | undefined {
  const parsed = parseSource(source);
  return parsed.kind === "backup" || parsed.kind === "merged" ? parsed.id : undefined;
}
