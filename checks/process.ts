import { spawn } from "node:child_process";
import { once } from "node:events";
import { endGroup } from "../host/processes";
import { messageOf } from "../plan/problem";
import { Captured } from "../host/docker/captured";

export interface ProgramOptions {
  /** Where it runs. */
  readonly folder: string;
  /** Beside PATH and HOME, nothing of this process's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends it, and whatever it has started. */
  readonly signal: AbortSignal;
}

export interface ProgramEnd {
  /** -1 when a signal ended it. */
  readonly exitCode: number;
  /** What it wrote to standard output: the last MiB. */
  readonly output: string;
  /** Of all that it said. */
  readonly lastLines: string;
}

/** Runs a program on this host to its end. @throws Error when there is no such program. */
export async function runProgram(
  argv: readonly string[],
  options: ProgramOptions,
): Promise<ProgramEnd> {
  const [program = "", ...values] = argv;
  const { PATH = "", HOME = "/" } = process.env;
  const child = spawn(program, values, {
    cwd: options.folder,
    env: { PATH, HOME, LC_ALL: "C", ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that what it started can be ended with it.
    detached: true,
  });
  const output = new Captured();
  child.stdout.on("data", (bytes: Buffer) => {
    output.add(bytes);
  });
  const said = new Captured();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      said.add(bytes);
    });
  }
  const stop = (): void => {
    endGroup(child);
  };
  options.signal.addEventListener("abort", stop, { once: true });
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    options.signal.throwIfAborted();
    return { exitCode: exitCode ?? -1, output: output.text(), lastLines: said.lastLines(3) };
  } catch (error) {
    if (options.signal.aborted) throw error;
    throw new Error(`${program} cannot be started on this host: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    options.signal.removeEventListener("abort", stop);
  }
}
