import type { Plan } from "../../plan/run/plan";
import {
  automaticBackupId,
  syncedBy,
  overwrites,
  parseSource,
  safetyBackupId,
} from "../../plan/model/source";
import { canUnpark, parks } from "../../plan/staging/park";
import type { ChangeRequest } from "../../plan/model/wanted";
import {
  only,
  replacedInPlace,
  serves,
  without,
  withRunning,
  withStaged,
} from "./model-containers";
import { ModelState } from "./model-state";

/** A host in memory: carries plans out step by step, may be interrupted after any of them, and keeps contents as words. */
export class ModelHost extends ModelState {
  private readonly finished = new Set<string>();
  /** Changes that noted that everything is synced: from then on their side may serve, and nothing is synced again. */
  private readonly synced = new Set<number>();

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
    const open = this.records.open();
    if (open?.cutOver !== false) return false;
    // What a change has stopped stays so until the next one of its stack.
    if (open.request.kind !== "inPlace")
      this.containers = without(this.containers, open.request.stack);
    if (canUnpark(open.request, open.written)) this.quiet = false;
    this.records.update(open.request.number, { state: "aborted" });
    return true;
  }

  /** A live side that stood down for a change that was aborted runs again. */
  unpark(): void {
    this.quiet = false;
  }

  /** The cutover of the open change fails before the new side serves: the old side serves again, and takes writes. */
  failBack(): boolean {
    const open = this.records.open();
    if (open?.cutOver !== true || serves(this.containers, open.request.stack)) return false;
    this.synced.delete(open.request.number);
    this.containers = withRunning(this.containers, open.request.from, true);
    this.records.update(open.request.number, { cutOver: false });
    return true;
  }

  /** The gates of the new side fail while it serves: the old side serves again, what was staged is gone, the change closed. */
  refuse(): boolean {
    const open = this.records.open();
    if (open?.cutOver !== true || open.request.kind !== "switch") return false;
    const { number, stack, from } = open.request;
    if (!serves(this.containers, stack)) return false;
    this.containers = withRunning(without(this.containers, stack), from, true);
    this.quiet = false;
    this.records.update(number, { cutOver: false, state: "failedBack" });
    return true;
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
    if (request.kind === "inPlace" || request.kind === "repair") {
      yield* this.inPlaceSteps(request);
      return;
    }
    yield () => {
      this.containers = withStaged(this.containers, request);
    };
    yield () => {
      this.records.update(request.number, { cutOver: true });
      this.containers = withRunning(this.containers, request.from, false);
    };
    if (!this.synced.has(request.number)) {
      for (const { from, to } of syncedBy(request.wanted.volumes, request.number)) {
        yield () => this.volumes.set(to, "half-written");
        yield () => this.volumes.set(to, this.volumes.get(from) ?? "");
      }
      yield () => this.synced.add(request.number);
    }
    yield () => {
      this.containers = withRunning(this.containers, request.stack, true);
    };
    yield () => {
      this.quiet = false;
      this.containers = only(this.containers, request.stack);
      this.records.update(request.number, { state: "done" });
    };
  }

  private *inPlaceSteps(request: ChangeRequest): Generator<() => void> {
    const synced = syncedBy(request.wanted.volumes, request.number);
    yield () => {
      this.quiet = synced.length > 0;
    };
    for (const { from, to } of synced) {
      yield () => this.volumes.set(to, "half-written");
      yield () => this.volumes.set(to, this.volumes.get(from) ?? "");
    }
    yield () => {
      this.containers = withRunning(replacedInPlace(request), request.stack, true);
    };
    yield () => {
      this.quiet = false;
      this.records.update(request.number, { state: "done" });
    };
  }

  private begin(request: ChangeRequest): void {
    if (this.changes.some((change) => change.request.number === request.number)) return;
    if (request.backsUpFirst && request.from !== null) {
      const live = this.changes.findLast(({ state }) => state === "done");
      const volumes = Object.keys(live?.request.wanted.volumes ?? {});
      const id = automaticBackupId(request.number);
      this.backups.store(id, "automatic", request.from, request.number - 1, volumes);
    }
    this.quiet = parks(request);
    if (request.overwrites.length > 0) {
      this.backups.store(
        safetyBackupId(request.number),
        "safety",
        request.stack,
        request.number - 1,
        request.overwrites,
      );
    }
    this.records.add(request);
  }

  private beginVolume(request: ChangeRequest, name: string, source: string): void {
    if (parseSource(source).kind === "existing") return;
    this.records.noteWritten(request.number, name);
    this.restored.push(name);
    // Creating an empty volume is one step of Docker's; only a restore can be cut in half.
    this.volumes.set(name, overwrites(source) ? "half-written" : "empty");
  }

  private finishVolume(request: ChangeRequest, name: string, text: string): void {
    const source = parseSource(text);
    this.finished.add(`${request.number} ${name}`);
    if (source.kind === "empty") this.volumes.set(name, "empty");
    if (source.kind === "backup") this.restore(name, source.id, source.volume ?? name);
    if (source.kind === "merged") this.restore(name, source.id, name);
    if (source.kind === "synced") {
      this.restore(name, automaticBackupId(request.number), source.volume);
    }
  }

  private restore(name: string, id: string, volume: string): void {
    this.volumes.set(name, this.backups.mustHold(id, volume));
  }
}
