import type Docker from "dockerode";
import { Captured } from "./captured";
import { frames } from "./frames";
import { waitFor } from "./wait";

export interface ExecOptions {
  /** User in the container; default the image's. */
  readonly user?: string;
  /** Milliseconds after which the call fails; the process in the container may outlive it. Default: no limit. */
  readonly deadlineMs?: number;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Takes output as it comes; nothing more is read until it resolves. */
export type Sink = (bytes: Buffer) => Promise<void>;

/**
 * Runs a program in a running container and returns what it said, whatever its exit code.
 *
 * @throws Error when the program cannot be started, or at the deadline.
 */
export async function execute(
  container: Docker.Container,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const stdout = new Captured();
  const keep: Sink = (bytes) => {
    stdout.add(bytes);
    return Promise.resolve();
  };
  const { exitCode, stderr } = await executeInto(container, argv, keep, options);
  return { exitCode, stdout: stdout.text(), stderr };
}

/**
 * Runs a program in a running container and hands its standard output on in pieces: memory stays flat. Used for base
 * backups (document: pre-execution backup, step 3).
 *
 * @throws Error when the program cannot be started, at the deadline, or what the sink threw.
 */
async function executeInto(
  container: Docker.Container,
  argv: readonly string[],
  sink: Sink,
  options: ExecOptions = {},
): Promise<Omit<ExecResult, "stdout">> {
  const exec = await container.exec({
    Cmd: [...argv],
    AttachStdout: true,
    AttachStderr: true,
    ...(options.user === undefined ? {} : { User: options.user }),
  });
  const output = await exec.start({ hijack: true, stdin: false });
  const stderr = new Captured();
  const guard = deadline(options.deadlineMs, argv, (error) => output.destroy(error));
  try {
    for await (const frame of frames(output)) {
      if (frame.channel === "stdout") await sink(frame.bytes);
      else stderr.add(frame.bytes);
    }
  } finally {
    clearTimeout(guard);
  }
  return { exitCode: await exitCodeOf(exec, argv), stderr: stderr.text() };
}

/** Like `execute`, but an exit code other than 0 is an error with the program's last lines. */
export async function executeOrFail(
  container: Docker.Container,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<string> {
  const result = await execute(container, argv, options);
  if (result.exitCode === 0) return result.stdout;
  const said = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-5).join("\n");
  throw new Error(`"${argv[0] ?? ""}" in the container ended with ${result.exitCode}: ${said}`);
}

function deadline(
  milliseconds: number | undefined,
  argv: readonly string[],
  fail: (error: Error) => void,
): NodeJS.Timeout | undefined {
  if (milliseconds === undefined) return undefined;
  return setTimeout(() => {
    fail(new Error(`"${argv[0] ?? ""}" in the container did not end within ${milliseconds} ms`));
  }, milliseconds);
}

/** Docker closes the output a moment before it knows the exit code. */
async function exitCodeOf(exec: Docker.Exec, argv: readonly string[]): Promise<number> {
  return await waitFor(
    async () => {
      const { Running, ExitCode } = await exec.inspect();
      if (Running || ExitCode === null) return { done: false, state: "still running" };
      return { done: true, value: ExitCode };
    },
    { deadlineMs: 10_000, intervalMs: 20, message: `the exit code of "${argv[0] ?? ""}"` },
  );
}
