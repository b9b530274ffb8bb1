import { createRequire } from "node:module";
import { join } from "node:path";
import { type Output, processOutput } from "../terminal/output";

/** The comparisons that `rollback bench` can make. */
export const BENCHMARKS = ["backup", "noop", "phases"] as const;

export type BenchmarkName = (typeof BENCHMARKS)[number];

export interface BenchOptions {
  readonly json?: boolean;
  readonly quick?: boolean;
}

interface Benchmark {
  readonly bench: (options: BenchOptions, output: Output) => Promise<void>;
}

/** `rollback bench <name>`: ours beside the document's procedure, or beside a bare Pulumi program, in one run. */
export async function runBenchmark(
  name: BenchmarkName,
  options: BenchOptions,
  output: Output = processOutput(),
): Promise<void> {
  const load = createRequire(__filename);
  const { bench } = load(join(__dirname, "..", "..", "bench", name)) as Benchmark;
  await bench(options, output);
}
