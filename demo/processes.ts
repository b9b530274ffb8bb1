import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { CLONE } from "./environment";
import type { Workspace } from "./workspace";

export interface Finished {
  readonly code: number | null;
  /** Standard output and standard error as they came. */
  readonly output: string;
  readonly stdout: string;
  readonly seconds: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** Called with each piece of output as it comes. */
export type Listener = (text: string) => void;

/** Starts `pulumi` on a workspace's project. */
export function startPulumi(
  workspace: Workspace,
  argv: readonly string[],
  listen?: Listener,
): Running {
  return start(workspace, "pulumi", [...argv, "--non-interactive"], listen);
}

/** Runs `pulumi` on a workspace's project to its end, whatever its exit code. */
export async function pulumi(
  workspace: Workspace,
  argv: readonly string[],
  listen?: Listener,
): Promise<Finished> {
  return startPulumi(workspace, argv, listen).finished;
}

/** Runs the executable `rollback` on a workspace's project to its end, whatever its exit code. */
export async function rollback(
  workspace: Workspace,
  argv: readonly string[],
  listen?: Listener,
): Promise<Finished> {
  const executable = join(CLONE, "bin", "rollback.js");
  return start(workspace, process.execPath, [executable, ...argv], listen).finished;
}

function start(
  workspace: Workspace,
  program: string,
  argv: readonly string[],
  listen?: Listener,
): Running {
  const started = performance.now();
  const child = spawn(program, argv, {
    cwd: workspace.project,
    env: workspace.variables,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let stdout = "";
  const take = (text: string) => {
    output += text;
    listen?.(text);
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    take(text);
  });
  child.stderr.setEncoding("utf8").on("data", take);
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, output, stdout, seconds: (performance.now() - started) / 1000 });
    });
  });
  return { child, finished };
}
