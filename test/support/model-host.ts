import type { StackName } from "../../plan/topology";
import {
  type BackupSummary,
  type ChangeRecord,
  type Observed,
  type ObservedContainer,
} from "../../plan/observed";
import { type Plan, planFor } from "../../plan/plan";
import {
  automaticBackupId,
  carriedBy,
  overwrites,
  parseSource,
  safetyBackupId,
} from "../../plan/source";
import type { ChangeRequest, OneTimeSettings } from "../../plan/wanted";
import { only, serves, without, withRunning, withStaged } from "./model-containers";
import { backupSummary, GIT, RELEASES, settingsFor, UNTRACKED } from "./model-settings";

interface Backup {
  readonly summary: BackupSummary;
  readonly contents: ReadonlyMap<string, string>;
}

/** A host in memory: carries plans out step by step, may be interrupted after any of them, and keeps contents as words. */
export class ModelHost {
  readonly volumes = new Map<string, string>();
  readonly backups: Backup[] = [];
  readonly changes: ChangeRecord[] = [];
  containers: ObservedContainer[] = [];
  /** Volumes written since the last reset: restores, not the application's own writes. */
  restored: string[] = [];
  /** What the application wrote last, by volume: acknowledged, so never to be lost by a change. */
  readonly acknowledged = new Map<string, string>();
  private readonly finished = new Set<string>();
  /** Changes that noted that everything is carried: from then on their side may serve, and nothing is carried again. */
  private readonly carried = new Set<number>();
  private counter = 0;

  observed(): Observed {
    const numbers = this.changes.map((change) => change.request.number);
    return {
      containers: this.containers,
      volumes: [...this.volumes.keys()],
      backups: this.backups.map(({ summary }) => summary),
      recorded: { changes: this.changes, highest: Math.max(0, ...numbers) },
      git: GIT,
      lock: null,
      foreignPorts: [],
      releases: RELEASES,
      changedPaths: [],
    };
  }

  plan(stack: StackName, oneTime: OneTimeSettings = {}): Plan {
    return planFor(settingsFor(stack, oneTime), this.observed());
  }

  /**
   * Carries a plan out, while the application writes as long as a side serves; `steps` bounds how many of its steps happen
   * before it is killed.
   */
  carryOut(plan: Plan, steps = Number.POSITIVE_INFINITY): void {
    if (!plan.ok || plan.run === "nothing") return;
    let left = steps;
    for (const step of this.stepsOf(plan.request)) {
      if (left <= 0) return;
      this.write();
      step();
      left -= 1;
    }
  }

  /** `rollback abort`; false if the change has cut over and can only be finished. */
  abort(): boolean {
    const open = this.open();
    if (open?.cutOver !== false) return false;
    this.containers = without(this.containers, open.request.stack);
    this.update(open.request.number, { state: "aborted" });
    return true;
  }

  /** The window of the open change fails before the new side serves: the old side serves again, and takes writes. */
  failBack(): boolean {
    const open = this.open();
    if (open?.cutOver !== true || serves(this.containers, open.request.stack)) return false;
    this.carried.delete(open.request.number);
    this.containers = withRunning(this.containers, open.request.from, true);
    this.update(open.request.number, { cutOver: false });
    return true;
  }

  /** The gates of the new side fail while it serves: the old side serves again, what was staged is gone, the change closed. */
  refuse(): boolean {
    const open = this.open();
    if (open?.cutOver !== true || open.request.kind !== "switch") return false;
    const { number, stack, from } = open.request;
    if (!serves(this.containers, stack)) return false;
    this.containers = withRunning(without(this.containers, stack), from, true);
    this.update(number, { cutOver: false, state: "failedBack" });
    return true;
  }

  /** The application writes to everything that its live side has, as long as an edge serves. */
  write(): void {
    const live = this.changes.findLast(({ state }) => state === "done");
    if (live === undefined || !serves(this.containers, live.request.stack)) return;
    for (const name of Object.keys(live.request.wanted.volumes)) {
      this.counter += 1;
      this.volumes.set(name, `written-${this.counter}`);
      this.acknowledged.set(name, `written-${this.counter}`);
    }
  }

  /** `rollback backup`: what the live side has now. */
  backUp(id: string): void {
    const live = this.changes.findLast(({ state }) => state === "done");
    if (live === undefined) return;
    const { stack, number, wanted } = live.request;
    this.store(id, "preExecution", stack, number, Object.keys(wanted.volumes));
  }

  contentOfBackup(id: string, volume: string): string | undefined {
    return this.backups.find(({ summary }) => summary.id === id)?.contents.get(volume);
  }

  private *stepsOf(request: ChangeRequest): Generator<() => void> {
    yield () => {
      this.begin(request);
    };
    for (const [name, chosen] of Object.entries(request.wanted.volumes)) {
      if (chosen.number !== request.number) continue;
      if (this.finished.has(`${request.number} ${name}`)) continue;
      yield () => {
        this.beginVolume(request, name, chosen.source);
      };
      yield () => {
        this.finishVolume(request, name, chosen.source);
      };
    }
    yield () => {
      this.containers = withStaged(this.containers, request);
    };
    yield () => {
      this.update(request.number, { cutOver: true });
      this.containers = withRunning(this.containers, request.from, false);
    };
    if (!this.carried.has(request.number)) {
      for (const { from, to } of carriedBy(request.wanted.volumes, request.number)) {
        yield () => this.volumes.set(to, "half-written");
        yield () => this.volumes.set(to, this.volumes.get(from) ?? "");
      }
      yield () => this.carried.add(request.number);
    }
    yield () => {
      this.containers = withRunning(this.containers, request.stack, true);
    };
    yield () => {
      this.containers = only(this.containers, request.stack);
      this.update(request.number, { state: "done" });
    };
  }

  private begin(request: ChangeRequest): void {
    if (this.changes.some((change) => change.request.number === request.number)) return;
    if (request.backsUpFirst && request.from !== null) {
      const live = this.changes.findLast(({ state }) => state === "done");
      const volumes = Object.keys(live?.request.wanted.volumes ?? {});
      const id = automaticBackupId(request.number);
      this.store(id, "automatic", request.from, request.number - 1, volumes);
    }
    if (request.overwrites.length > 0) {
      this.store(
        safetyBackupId(request.number),
        "safety",
        request.stack,
        request.number - 1,
        request.overwrites,
      );
    }
    this.changes.push({
      request,
      state: "open",
      cutOver: false,
      written: [],
      leftUntracked: request.from === null ? null : UNTRACKED,
      leftBranch: "main",
      workTreeMoved: false,
    });
  }

  private beginVolume(request: ChangeRequest, name: string, source: string): void {
    if (parseSource(source).kind === "asLeft") return;
    this.noteWritten(request.number, name);
    this.restored.push(name);
    // Creating an empty volume is one step of Docker's; only a restore can be cut in half.
    this.volumes.set(name, overwrites(source) ? "half-written" : "empty");
  }

  private finishVolume(request: ChangeRequest, name: string, text: string): void {
    const source = parseSource(text);
    this.finished.add(`${request.number} ${name}`);
    if (source.kind === "empty") this.volumes.set(name, "empty");
    if (source.kind === "backup") this.restore(name, source.id, source.volume ?? name);
    if (source.kind === "carried") {
      this.restore(name, automaticBackupId(request.number), source.volume);
    }
  }

  private restore(name: string, id: string, volume: string): void {
    const content = this.contentOfBackup(id, volume);
    if (content === undefined) throw new Error(`${id} does not hold ${volume}`);
    this.volumes.set(name, content);
  }

  private store(
    id: string,
    kind: BackupSummary["kind"],
    stack: StackName,
    afterChange: number,
    volumes: readonly string[],
  ): void {
    const present = volumes.filter((name) => this.volumes.has(name));
    const sequence = this.backups.length + 1;
    this.backups.push({
      summary: backupSummary({ id, sequence, kind, stack, afterChange, volumes: present }),
      contents: new Map(present.map((name) => [name, this.volumes.get(name) ?? ""])),
    });
  }

  private open(): ChangeRecord | undefined {
    return this.changes.find(({ state }) => state === "open");
  }

  private noteWritten(number: number, name: string): void {
    const change = this.changes.find(({ request }) => request.number === number);
    if (change && !change.written.includes(name))
      this.update(number, { written: [...change.written, name] });
  }

  private update(number: number, patch: Partial<ChangeRecord>): void {
    const index = this.changes.findIndex(({ request }) => request.number === number);
    const change = this.changes[index];
    if (change) this.changes[index] = { ...change, ...patch };
  }
}
