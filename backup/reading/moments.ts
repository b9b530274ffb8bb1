import type { Moment } from "../../stores/reading";

/** Opens when everybody that it waits for has arrived; fails when one of them failed. */
class Gate {
  readonly opened: Promise<void>;
  private readonly missing: Set<string>;
  private open: () => void = () => undefined;
  fail: (error: unknown) => void = () => undefined;

  constructor(names: readonly string[]) {
    this.missing = new Set(names);
    this.opened = new Promise((resolve, reject) => {
      this.open = resolve;
      this.fail = reject;
    });
    // Whoever failed tells it by itself.
    this.opened.catch(() => undefined);
    if (names.length === 0) this.open();
  }

  arrive(name: string): Promise<void> {
    this.missing.delete(name);
    if (this.missing.size === 0) this.open();
    return this.opened;
  }
}

/**
 * Makes the volumes of one backup belong together. Reading everything takes long; when all have, what stores objects reads what
 * changed meanwhile, then every database is fixed, and then the former look once more. So a row of the backup has its object, also
 * when that was made or deleted while the backup was.
 */
export class Moments {
  private readonly read: Gate;
  private readonly current: Gate;
  private readonly databases: Gate;

  constructor(names: readonly string[], databases: readonly string[]) {
    this.read = new Gate(names);
    this.current = new Gate(names);
    this.databases = new Gate(databases);
  }

  of(name: string): Moment {
    return {
      readOnce: () => this.read.arrive(name),
      caughtUp: () => this.current.arrive(name),
      fixed: () => void this.databases.arrive(name),
      databasesFixed: () => this.databases.opened,
    };
  }

  /** For a volume that waits for nobody, and nobody has to wait for it any more. */
  leave(name: string): void {
    for (const gate of [this.read, this.current, this.databases]) void gate.arrive(name);
  }

  fail(error: unknown): void {
    for (const gate of [this.read, this.current, this.databases]) gate.fail(error);
  }
}
