import type { ChildProcess } from "node:child_process";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { isErrno } from "./durable-file";

/** A process that cannot be confused with a later one of the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Comparable text only: the boot and the ticks since then on Linux, a date elsewhere. */
  readonly startTime: string;
}

interface RunningProcess extends ProcessIdentity {
  readonly name: string;
  readonly parent: number;
}

const START_TIME_FIELD = 19;
const run = promisify(execFile);

/**
 * The process that a change lives and dies with: the nearest ancestor named `pulumi`, since each verb is a short-lived
 * process of its own; this process where there is none (a person runs `rollback`).
 */
export async function owningProcess(): Promise<ProcessIdentity> {
  const own = await readProcess(process.pid);
  if (own === null) throw new Error("this process cannot be read: is /proc mounted?");
  let ancestor: RunningProcess | null = own;
  while (ancestor !== null && ancestor.name !== "pulumi") {
    ancestor = ancestor.parent > 0 ? await readProcess(ancestor.parent) : null;
  }
  return identityOf(ancestor ?? own);
}

/** This very process. */
export async function thisProcess(): Promise<ProcessIdentity> {
  const own = await readProcess(process.pid);
  if (own === null) throw new Error("this process cannot be read: is /proc mounted?");
  return identityOf(own);
}

/** Whether that process, and not a later one of the same id, still runs on this machine. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const found = await readProcess(identity.pid);
  return found !== null && found.startTime === identity.startTime;
}

function identityOf(found: RunningProcess): ProcessIdentity {
  return { pid: found.pid, startTime: found.startTime };
}

async function readProcess(pid: number): Promise<RunningProcess | null> {
  return process.platform === "linux" ? readFromProc(pid) : readFromPs(pid);
}

async function readFromProc(pid: number): Promise<RunningProcess | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch((error: unknown) => {
    if (isErrno(error, "ENOENT") || isErrno(error, "ESRCH")) return null;
    throw error;
  });
  return text === null ? null : parseStat(pid, text, await bootId());
}

/** Reads `/proc/<pid>/stat`; a zombie counts as gone. Exported for the tests. */
export function parseStat(pid: number, text: string, boot: string): RunningProcess | null {
  // The name stands in parentheses and may itself hold spaces and parentheses.
  const nameEnd = text.lastIndexOf(")");
  const name = text.slice(text.indexOf("(") + 1, nameEnd);
  const fields = text
    .slice(nameEnd + 1)
    .trim()
    .split(" ");
  const [state, parent] = fields;
  const ticks = fields[START_TIME_FIELD];
  if (parent === undefined || ticks === undefined || state === "Z" || state === "X") return null;
  return { pid, name, parent: Number(parent), startTime: `${boot}-${ticks}` };
}

/** Ticks begin again at every boot, so the boot is part of the start time. */
async function bootId(): Promise<string> {
  const text = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
  return text.trim();
}

async function readFromPs(pid: number): Promise<RunningProcess | null> {
  const columns = ["-o", "ppid=", "-o", "stat=", "-o", "lstart=", "-o", "comm="];
  const found = await run("ps", [...columns, "-p", String(pid)], {
    env: { PATH: process.env.PATH, LC_ALL: "C" },
  }).catch((error: unknown) => {
    if (error instanceof Error && (error as { code?: unknown }).code === 1) return null;
    throw error;
  });
  return found === null ? null : parsePs(pid, found.stdout);
}

/** Reads a line of `ps -o ppid= -o stat= -o lstart= -o comm=`. Exported for the tests. */
export function parsePs(pid: number, text: string): RunningProcess | null {
  const match = /^\s*(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.+?)\s*$/.exec(text);
  const [, parent, state, started, command] = match ?? [];
  if (parent === undefined || state === undefined || started === undefined) return null;
  if (command === undefined || state.startsWith("Z")) return null;
  return {
    pid,
    name: basename(command),
    parent: Number(parent),
    startTime: started.replace(/\s+/g, " "),
  };
}

/** Ends a child that leads a group of its own (`detached`), and whatever it has started. */
export function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}
