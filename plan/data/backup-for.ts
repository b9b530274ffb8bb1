import { liveSide } from "../model/history";
import type { BackupSummary, Facts } from "../model/observed";
import type { OneTimeSettings } from "../model/wanted";
import type { StackName } from "../application/topology";

/** What a side that becomes live, or has parts of it brought back, takes from backups. */
export interface SideBackup {
  /** Whether its volumes are restored wherever the backup holds them; else only what is nowhere else. */
  readonly restoresData: boolean;
  /** Volumes come from this one: those of the simplified side too, from their counterparts on the earlier side. */
  readonly data: BackupSummary | undefined;
  /** Its release was made of this one's commit, where no setting names a ref; undefined for the simplified side. */
  readonly commit: BackupSummary | undefined;
  /** Its untracked files come with its data, from a backup of its own; undefined where they stay as they were left. */
  readonly untracked: BackupSummary | undefined;
}

/**
 * Which backup a side comes from: the one that config `backup` names, else the newest verified one. Nothing else chooses a backup, but
 * `restore`, which names one for the live side.
 */
export function backupFor(
  stack: StackName,
  { backup: id, dataSource }: Pick<OneTimeSettings, "backup" | "dataSource">,
  facts: Facts,
): SideBackup {
  const named = facts.backups.find((backup) => backup.id === id);
  const chosen = (side: StackName) => (id === undefined ? newestBackup(facts, side) : named);
  const isEarlier = stack === "pre-simplification";
  const restoresFiles = dataSource === "backup" || (dataSource === undefined && isEarlier);
  const data = chosen("pre-simplification");
  return {
    restoresData:
      dataSource === "backup" || (dataSource !== "existing" && (isEarlier || id !== undefined)),
    data,
    commit: isEarlier ? data : undefined,
    untracked:
      restoresFiles && data?.stack === stack && liveSide(facts) !== null ? data : undefined,
  };
}

/**
 * The newest verified backup of a side; safety snapshots are never chosen by themselves, imported ones only where there is nothing
 * else: what is imported has the highest sequence at that moment, and the oldest data.
 */
export function newestBackup(facts: Facts, stack: StackName): BackupSummary | undefined {
  const usable = facts.backups.filter(
    (backup) => backup.verified && backup.kind !== "safety" && backup.stack === stack,
  );
  return newestOf(usable.filter(({ kind }) => kind !== "imported")) ?? newestOf(usable);
}

/** The one with the highest sequence. */
export function newestOf(backups: readonly BackupSummary[]): BackupSummary | undefined {
  return backups.reduce<BackupSummary | undefined>(
    (newest, backup) => (newest && newest.sequence > backup.sequence ? newest : backup),
    undefined,
  );
}
