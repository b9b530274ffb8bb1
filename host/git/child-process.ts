import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import type { Readable } from "node:stream";

const KEPT_CHARACTERS = 4000;

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when it ended well; rejects with the end of what it said on standard error. */
  readonly ended: Promise<void>;
}

/** Starts a program whose output is a stream; nothing of its arguments is interpreted by a shell. */
export function startChild(command: string, args: readonly string[], options: SpawnOptions): Child {
  const child = spawn(command, args, options);
  const said = tailOf(child.stderr);
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(failure(command, code, signal, said())));
    });
  });
  return { process: child, ended };
}

function failure(
  command: string,
  code: number | null,
  signal: NodeJS.Signals | null,
  said: string,
): string {
  const how = signal === null ? `exit code ${code ?? "unknown"}` : `ended by ${signal}`;
  return said === "" ? `${command}: ${how}` : `${command}: ${said} (${how})`;
}

function tailOf(stream: Readable | null): () => string {
  let tail = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (text: string) => {
    tail = (tail + text).slice(-KEPT_CHARACTERS);
  });
  return () => tail.trim();
}
