import { readdir, readFile } from "node:fs/promises";

/** Ends a process and all that descend from it with SIGKILL, as a power loss would: nobody gets to clean up. */
export async function killTree(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  const pids = [pid, ...(await descendants(pid))];
  for (const each of pids.reverse()) {
    try {
      process.kill(each, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

async function descendants(pid: number): Promise<number[]> {
  const parents = await parentsOfAll();
  const children = [...parents].filter(([, parent]) => parent === pid).map(([child]) => child);
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

async function parentsOfAll(): Promise<ReadonlyMap<number, number>> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => Number.isInteger(pid));
  const entries = await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const));
  return new Map(entries);
}

async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
}
