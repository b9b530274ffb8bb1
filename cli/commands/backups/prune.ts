import { readManifests } from "../../../backup/format/list";
import { removeBackup } from "../../../backup/new-backup";
import type { HostContext } from "../../../host/context";
import { underLock } from "../../../change/lock/hold";
import type { BackupSummary } from "../../../plan/model/observed";
import { ProblemsError } from "../../../plan/problem";
import { type Retention, retention } from "../../../plan/data/retention";
import { openProject, readFacts } from "../../project/host-facts";
import { ageText, bytesText, type Output, processOutput } from "../../terminal/output";
import type { ProjectChoice } from "../../project/project";

const ATTEMPT = "prune backups";

export interface PruneOptions extends ProjectChoice {
  /** How many of each topology stay, of those that the program made by itself. */
  readonly keep: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `rollback backups prune --keep N`: says what would go, and removes it only with `--yes`. */
export async function pruneBackups(
  options: PruneOptions,
  output: Output = processOutput(),
): Promise<void> {
  const keep = keptOf(options.keep);
  const context = await openProject(options, ATTEMPT);
  const removes = options.yes === true;
  const decided = removes ? await remove(context, keep) : await decide(context, keep);
  const bytes = await sizes(context, decided, removes);
  if (options.json === true) {
    const ids = (backups: readonly BackupSummary[]) => backups.map(({ id }) => id);
    const kept = decided.keep.map(({ backup, reason }) => ({ id: backup.id, reason }));
    output.line(JSON.stringify({ removed: removes, remove: ids(decided.remove), keep: kept }));
    return;
  }
  output.table({ head: HEAD, rows: rowsOf(decided, bytes, removes) });
  output.line(lastLine(decided, removes));
}

function keptOf(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new ProblemsError(ATTEMPT, [
    {
      subject: `--keep ${text}`,
      what: "is no number of backups",
      advice: ["for example: --keep 5"],
    },
  ]);
}

async function decide(context: HostContext, keep: number): Promise<Retention> {
  return retention(await readFacts(context), keep);
}

/** Decided again under the lock, so that nothing that a change has begun to need is removed. */
async function remove(context: HostContext, keep: number): Promise<Retention> {
  return underLock(context, "rollback backups prune", async () => {
    const decided = await decide(context, keep);
    for (const { id } of decided.remove) {
      context.report(`removing backup ${id}`);
      await removeBackup(context, id);
    }
    return decided;
  });
}

const HEAD = ["backup", "kind", "of", "age", "size", "what happens"];

async function sizes(
  context: HostContext,
  decided: Retention,
  removed: boolean,
): Promise<ReadonlyMap<string, number>> {
  const gone = new Set(removed ? decided.remove.map(({ id }) => id) : []);
  const manifests = (await readManifests(context)).filter(({ id }) => !gone.has(id));
  return new Map(
    manifests.map(({ id, volumes, images }) => [
      id,
      volumes.reduce((sum, { bytes }) => sum + bytes, images?.bytes ?? 0),
    ]),
  );
}

function rowsOf(
  { keep, remove }: Retention,
  bytes: ReadonlyMap<string, number>,
  removed: boolean,
): string[][] {
  const now = new Date();
  const row = (backup: BackupSummary, what: string) => {
    const size = bytes.get(backup.id);
    const { id, kind, stack, madeAt } = backup;
    return [
      id,
      kind,
      stack,
      ageText(madeAt, now),
      size === undefined ? "-" : bytesText(size),
      what,
    ];
  };
  return [
    ...keep.map(({ backup, reason }) => row(backup, `stays: ${reason}`)),
    ...remove.map((backup) => row(backup, removed ? "removed" : "would be removed")),
  ];
}

function lastLine({ remove }: Retention, removed: boolean): string {
  if (remove.length === 0) return "nothing to remove";
  if (removed) return `removed ${remove.length} backups`;
  return `${remove.length} would be removed; nothing was: add --yes to remove them`;
}
