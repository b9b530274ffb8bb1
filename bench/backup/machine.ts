import { createHash, randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";

const PIECE_BYTES = 1024 * 1024;
const PIECES = 512;

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  /** Of one core, MB/s. */
  readonly sha256: number;
  /** Written and flushed in one stream, MB/s. */
  readonly diskWrite: number;
}

/** What the numbers of a run have to be read against. */
export async function describeMachine(): Promise<Machine> {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? "unknown",
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    sha256: Math.round(hashRate()),
    diskWrite: Math.round(await writeRate()),
  };
}

function hashRate(): number {
  const piece = randomBytes(PIECE_BYTES);
  const hash = createHash("sha256");
  const started = performance.now();
  for (let count = 0; count < PIECES; count += 1) hash.update(piece);
  hash.digest();
  return rate(started);
}

async function writeRate(): Promise<number> {
  const file = join(tmpdir(), `rollback-bench-${process.pid}`);
  const piece = randomBytes(PIECE_BYTES);
  const handle = await open(file, "wx");
  try {
    const started = performance.now();
    for (let count = 0; count < PIECES; count += 1) await handle.write(piece);
    await handle.sync();
    return rate(started);
  } finally {
    await handle.close();
    await rm(file);
  }
}

function rate(started: number): number {
  return (PIECES * PIECE_BYTES) / 1e6 / ((performance.now() - started) / 1000);
}
