import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Content } from "./content";

/** Memory that both threads see: what is handed over is copied into it, one slot after the other. */
const SLOTS = 16;
const SLOT_BYTES = 256 * 1024;

const THREAD = join(__dirname, "hash-worker.mjs");

/** Files, one after the other: the next bytes are read while the former ones are hashed. `end` has to be called. */
export class HashThread implements Content {
  private readonly memory = new SharedArrayBuffer(SLOTS * SLOT_BYTES);
  private readonly worker = new Worker(THREAD, {
    execArgv: [],
    workerData: this.memory,
    // It allocates next to nothing.
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 },
  });
  private readonly failed: Promise<never>;
  private next = 0;
  private busy = 0;
  private slotFreed: (() => void) | null = null;
  private takeDigest: ((digest: string) => void) | null = null;

  constructor() {
    this.failed = new Promise((_, reject) => this.worker.once("error", reject));
    // It is told where somebody waits.
    this.failed.catch(() => undefined);
    this.worker.on("message", (digest: string | null) => {
      if (digest === null) this.free();
      else this.takeDigest?.(digest);
    });
  }

  async add(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; at += SLOT_BYTES) {
      if (this.busy === SLOTS) await this.oneFree();
      const piece = bytes.subarray(at, at + SLOT_BYTES);
      const offset = this.next * SLOT_BYTES;
      new Uint8Array(this.memory).set(piece, offset);
      this.next = (this.next + 1) % SLOTS;
      this.busy += 1;
      this.worker.postMessage({ offset, length: piece.length });
    }
  }

  digest(): Promise<string> {
    const digested = new Promise<string>((resolve) => (this.takeDigest = resolve));
    this.worker.postMessage(null);
    return Promise.race([digested, this.failed]);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private oneFree(): Promise<void> {
    const freed = new Promise<void>((resolve) => (this.slotFreed = resolve));
    return Promise.race([freed, this.failed]);
  }

  private free(): void {
    this.busy -= 1;
    this.slotFreed?.();
    this.slotFreed = null;
  }
}
