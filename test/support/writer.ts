import { createHash, randomBytes } from "node:crypto";
import type { Contents, EdgeClient } from "../../demo/client";

const ROWS_PER_SECOND = 100;
const ROWS_AT_ONCE = 20;
const DOCUMENTS_PER_SECOND = 1;
const TICK_MS = 100;
const LARGEST_DOCUMENT = 40_000;

/** Nobody waits longer for an answer than this many requests: a person gives up as well. */
const MOST_UNANSWERED = 20;

/** Writes rows and documents through the edge all the time, and remembers what was acknowledged; what fails was never written. */
export class Writer {
  private readonly vehicles = new Map<string, string>();
  private readonly documents = new Map<string, string>();
  private readonly unanswered = new Set<Promise<void>>();
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private started = 0;
  private seconds = 0;

  constructor(private readonly client: EdgeClient) {}

  start(): void {
    this.started = performance.now();

    let rows = 0;
    let documents = 0;
    // What is due is counted from the start: a late timer does not lower the rate.
    this.timer = setInterval(() => {
      const seconds = (performance.now() - this.started) / 1000;
      for (; rows < seconds * ROWS_PER_SECOND; rows += ROWS_AT_ONCE) {
        this.send(() => this.writeRows());
      }
      for (; documents < seconds * DOCUMENTS_PER_SECOND; documents += 1) {
        this.send(() => this.writeDocument());
      }
    }, TICK_MS);
  }

  /** Ends it and waits for the last answers. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.seconds += (performance.now() - this.started) / 1000;
    await Promise.all(this.unanswered);
  }

  /** What has been acknowledged since the first start. */
  get acknowledged(): Contents {
    return { vehicles: this.vehicles, documents: this.documents };
  }

  get summary(): string {
    const { size: rows } = this.vehicles;
    return `${rows} rows and ${this.documents.size} documents acknowledged in ${this.seconds.toFixed(1)} s, ${this.failures} requests failed`;
  }

  private send(write: () => Promise<void>): void {
    if (this.unanswered.size >= MOST_UNANSWERED) {
      this.failures += 1;
      return;
    }
    const sent = write()
      .catch(() => {
        this.failures += 1;
      })
      .finally(() => this.unanswered.delete(sent));
    this.unanswered.add(sent);
  }

  private async writeRows(): Promise<void> {
    const added = await this.client.addVehicles("Honda", ROWS_AT_ONCE);
    for (const { id, vin } of added) this.vehicles.set(String(id), vin);
  }

  private async writeDocument(): Promise<void> {
    const bytes = randomBytes(1 + Math.floor(Math.random() * LARGEST_DOCUMENT));
    const { id } = await this.client.addDocument(bytes);
    this.documents.set(id, createHash("sha256").update(bytes).digest("hex"));
  }
}
