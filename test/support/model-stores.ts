import type { BackupSummary, ChangeRecord } from "../../plan/model/observed";
import type { StackName } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";
import { backupSummary, UNTRACKED } from "./model-settings";

interface Backup {
  readonly summary: BackupSummary;
  readonly contents: ReadonlyMap<string, string>;
}

/** The model's backups: contents of volumes as they were, as words. */
export class ModelBackups {
  private readonly all: Backup[] = [];

  constructor(private readonly volumes: ReadonlyMap<string, string>) {}

  get summaries(): readonly BackupSummary[] {
    return this.all.map(({ summary }) => summary);
  }

  contentOf(id: string, volume: string): string | undefined {
    return this.all.find(({ summary }) => summary.id === id)?.contents.get(volume);
  }

  mustHold(id: string, volume: string): string {
    const content = this.contentOf(id, volume);
    if (content === undefined) throw new Error(`${id} does not hold ${volume}`);
    return content;
  }

  store(
    id: string,
    kind: BackupSummary["kind"],
    stack: StackName,
    afterChange: number,
    names: readonly string[],
  ): void {
    const present = names.filter((name) => this.volumes.has(name));
    const sequence = this.all.length + 1;
    const summary = backupSummary({ id, sequence, kind, stack, afterChange, volumes: present });
    const contents = present.map((name) => [name, this.volumes.get(name) ?? ""] as const);
    this.all.push({ summary, contents: new Map(contents) });
  }
}

/** The model's records. */
export class ModelRecords {
  readonly changes: ChangeRecord[] = [];

  add(request: ChangeRequest): void {
    this.changes.push({
      request,
      state: "open",
      cutOver: false,
      written: [],
      outgoingUntracked: request.from === null ? null : UNTRACKED,
      outgoingBranch: "main",
      workTreeMoved: false,
    });
  }

  open(): ChangeRecord | undefined {
    return this.changes.find(({ state }) => state === "open");
  }

  noteWritten(number: number, name: string): void {
    const change = this.changes.find(({ request }) => request.number === number);
    if (change && !change.written.includes(name))
      this.update(number, { written: [...change.written, name] });
  }

  update(number: number, patch: Partial<ChangeRecord>): void {
    const index = this.changes.findIndex(({ request }) => request.number === number);
    const change = this.changes[index];
    if (change) this.changes[index] = { ...change, ...patch };
  }
}
