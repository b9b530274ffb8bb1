import { spawn } from "node:child_process";

const children = new Set();

// A set-up that is stopped must not leave builds running that nobody waits for.
process.on("exit", () => children.forEach((child) => child.kill()));
process.once("SIGTERM", () => process.exit(143));
process.once("SIGINT", () => process.exit(130));

const SHOWN_LINES = 8;

/** A command that could not be started, failed or took too long; `output` is all that it printed, its end is in the message. */
export class CommandError extends Error {
  constructor(message, output) {
    const end = output.trimEnd().split("\n").slice(-SHOWN_LINES);
    super([message, ...end].join("\n    ").trimEnd());
    this.output = output;
  }
}

/**
 * Runs a program with its arguments, without a shell, and gives back what it printed on stdout.
 * Throws a CommandError when it cannot be started, fails, is aborted by `signal` or is not over after `timeout` milliseconds.
 */
export function run(program, args, options = {}) {
  const { cwd, env, timeout, signal, onOutput } = options;
  return new Promise((resolve, reject) => {
    const stdio = ["ignore", "pipe", "pipe"];
    const child = spawn(program, args, { cwd, env, timeout, signal, stdio });
    children.add(child);
    let stdout = "";
    let output = "";
    const collect = (text, isStdout) => {
      if (isStdout) stdout += text;
      output += text;
      onOutput?.(text);
    };
    child.stdout.setEncoding("utf8").on("data", (text) => collect(text, true));
    child.stderr.setEncoding("utf8").on("data", (text) => collect(text, false));
    child.on("error", (error) => reject(new CommandError(`${program}: ${error.message}`, output)));
    child.on("close", (code, stopSignal) => {
      children.delete(child);
      if (code === 0) return resolve(stdout);
      const how = stopSignal ? `was stopped by ${stopSignal}` : `failed with exit code ${code}`;
      reject(new CommandError(`${[program, ...args].join(" ")} ${how}`, output));
    });
  });
}

/** As run, but gives back undefined instead of throwing. */
export async function tryRun(program, args, options) {
  try {
    return await run(program, args, options);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
