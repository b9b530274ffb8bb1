import { Worker } from "node:worker_threads";
import type { Content } from "./content";

const LARGEST_BACKLOG = 4 * 1024 * 1024;

const THREAD = `
const { parentPort } = require("node:worker_threads");
const { createHash } = require("node:crypto");
let hash = createHash("sha256");
let hashed = 0;
parentPort.on("message", (bytes) => {
  if (bytes === null) {
    parentPort.postMessage(hash.digest("hex"));
    hash = createHash("sha256");
  } else {
    hash.update(bytes);
    hashed += bytes.length;
    if (hashed < 1024 * 1024) return;
    parentPort.postMessage(hashed);
    hashed = 0;
  }
});
`;

/** Files, one after the other: the next bytes are read while the former ones are hashed. `end` has to be called. */
export class HashThread implements Content {
  private readonly worker = new Worker(THREAD, { eval: true, execArgv: [] });
  private readonly failed: Promise<never>;
  private backlog = 0;
  private goOn: (() => void) | null = null;
  private takeDigest: ((digest: string) => void) | null = null;

  constructor() {
    this.failed = new Promise((_, reject) => this.worker.once("error", reject));
    // It is told where somebody waits.
    this.failed.catch(() => undefined);
    this.worker.on("message", (answer: number | string) => {
      if (typeof answer === "string") this.takeDigest?.(answer);
      else this.hashed(answer);
    });
  }

  /** Bytes that fill their memory are handed over, and gone for the caller; others are copied. */
  add(bytes: Buffer): Promise<void> | undefined {
    this.backlog += bytes.length;
    const whole = bytes.length === bytes.buffer.byteLength;
    const own = whole ? bytes : Uint8Array.from(bytes);
    this.worker.postMessage(own, [own.buffer as ArrayBuffer]);
    if (this.backlog <= LARGEST_BACKLOG) return undefined;
    const smaller = new Promise<void>((resolve) => (this.goOn = resolve));
    return Promise.race([smaller, this.failed]);
  }

  digest(): Promise<string> {
    const digested = new Promise<string>((resolve) => (this.takeDigest = resolve));
    this.worker.postMessage(null);
    return Promise.race([digested, this.failed]);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private hashed(bytes: number): void {
    this.backlog -= bytes;
    if (this.backlog > LARGEST_BACKLOG / 2) return;
    this.goOn?.();
    this.goOn = null;
  }
}
