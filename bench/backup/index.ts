import { type Output, bytesText } from "../../cli/terminal/output";
import { describeMachine, type Machine } from "./machine";
import { type Measured, measureMemory, measureParallel, measurePostgres } from "./measure";
import { Place } from "./place";
import { DEFAULT_SCALE } from "./workload";

export interface BenchOptions {
  readonly json?: boolean;
  /** Everything small: to see that the benchmark runs, not to read its numbers. */
  readonly quick?: boolean;
}

const FULL = { scale: DEFAULT_SCALE, parallelMebibytes: 256, largeMebibytes: 4096, files: 500_000 };
const QUICK = { scale: 4, parallelMebibytes: 32, largeMebibytes: 128, files: 5000 };

/** `rollback bench backup`: our backups and restores beside the document's, on the same volumes, in one run. */
export async function bench(options: BenchOptions, output: Output): Promise<void> {
  const sizes = options.quick === true ? QUICK : FULL;
  const machine = await describeMachine();
  const place = await Place.make();
  try {
    const measured: Measured = {
      ...(await measurePostgres(place, sizes.scale, output.progress)),
      parallel: await measureParallel(place, sizes.parallelMebibytes, output.progress),
      peakRssMiB: await measureMemory(place, sizes, output.progress),
    };
    if (options.json === true) output.line(JSON.stringify({ machine, ...measured }));
    else print(output, machine, measured);
  } finally {
    await place.remove();
  }
}

function print(output: Output, machine: Machine, measured: Measured): void {
  const { backup, restore, delta, parallel, peakRssMiB } = measured;
  output.line(
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB; ` +
      `SHA-256 ${machine.sha256} MB/s, disk ${machine.diskWrite} MB/s`,
  );
  const ratio = (one: number, other: number) => `${(one / other).toFixed(2)} times as fast`;
  const time = (seconds: number) => `${seconds.toFixed(2)} s`;
  output.table({
    head: ["", "ours", "the document's", "cp -a", "ours against the document's"],
    rows: [
      [
        "backup",
        time(backup.seconds.ours),
        time(backup.seconds.document),
        time(backup.seconds.copy),
        ratio(backup.seconds.document, backup.seconds.ours),
      ],
      [
        "archive",
        bytesText(backup.bytes.ours),
        bytesText(backup.bytes.document),
        "",
        `${(backup.bytes.ours / backup.bytes.document).toFixed(2)} of its size`,
      ],
      [
        "restore, verified",
        time(restore.seconds.ours),
        time(restore.seconds.document),
        time(restore.seconds.copy),
        ratio(restore.seconds.document, restore.seconds.ours),
      ],
      [
        "restore, nothing differs",
        time(delta.seconds.ours),
        "",
        "",
        `${ratio(restore.seconds.ours, delta.seconds.ours)} (our restore)`,
      ],
      [
        "four volumes at once",
        time(parallel.seconds.together),
        "",
        "",
        `${parallel.ratio.toFixed(2)} of one after another`,
      ],
    ],
  });
  output.line(
    `peak memory of all processes and helpers: ${peakRssMiB.small} MiB (64 MiB), ` +
      `${peakRssMiB.large} MiB (large file), ${peakRssMiB.many} MiB (many files)`,
  );
}
