import { MultiBar, type Options, type Params, Presets, type SingleBar } from "cli-progress";
import { bounded } from "./errors";
import { bytesText, durationText } from "./output";

/** Tells a person at a terminal how far each volume is; elsewhere only the plain lines. */
export interface ProgressDisplay {
  /** A line that stays. */
  readonly line: (text: string) => void;
  /** Bytes of a volume that are done; `total` is null while it is not known. */
  readonly onBytes: (volume: string, done: number, total: number | null) => void;
  /** Has to be called before anything else is printed. */
  readonly stop: () => void;
}

const BAR_WIDTH = 24;

/** Bars on standard error if it is a terminal. */
export function progressDisplay(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  if (!stream.isTTY) {
    const line = (text: string) => void stream.write(`${bounded(text)}\n`);
    return { line, onBytes: () => undefined, stop: () => undefined };
  }
  const bars = new MultiBar(
    { stream, format: barText, hideCursor: true, fps: 5, barsize: BAR_WIDTH, noTTYOutput: false },
    Presets.shades_classic,
  );
  const byVolume = new Map<string, SingleBar>();
  return {
    line: (text) => {
      bars.log(`${bounded(text)}\n`);
    },
    onBytes: (volume, done, total) => {
      const known = byVolume.get(volume);
      const bar = known ?? bars.create(total ?? 0, 0, { volume });
      byVolume.set(volume, bar);
      if (total !== null) bar.setTotal(Math.max(total, done));
      bar.update(done);
    },
    stop: () => {
      bars.stop();
    },
  };
}

/** One volume's line: name, bar, bytes, rate, and the time that is left. */
export function barText(options: Options, params: Params, payload: { volume: string }): string {
  const { value, total, startTime } = params;
  const seconds = Math.max(0.001, (Date.now() - startTime) / 1000);
  const rate = value / seconds;
  const full = total > 0 ? Math.round((value / total) * BAR_WIDTH) : 0;
  const complete = (options.barCompleteString ?? "#").slice(0, full);
  const bar = complete + (options.barIncompleteString ?? "-").slice(0, BAR_WIDTH - full);
  const left =
    value >= total
      ? durationText(seconds)
      : `${durationText((total - value) / Math.max(1, rate))} left`;
  const sizes = `${bytesText(value)} of ${bytesText(total)}`;
  return `${payload.volume.padEnd(34)} ${bar} ${sizes.padEnd(20)} ${bytesText(rate)}/s, ${left}`;
}
