import { bounded } from "./errors";

/** Tells a person what is going on: on standard error, since standard output is the result. */
export function progress(line: string): void {
  process.stderr.write(`${bounded(line)}\n`);
}
