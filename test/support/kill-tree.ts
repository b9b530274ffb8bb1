import { readdir, readFile } from "node:fs/promises";

/**
 * Ends a process and all that descend from it with SIGKILL, as a power loss would: nobody gets to clean up. All are stopped
 * first, so that none starts another one, or notices the end of one, in between.
 */
export async function killTree(pid: number): Promise<void> {
  const stopped = new Set<number>();
  for (;;) {
    const running = (await treeOf(pid)).filter((each) => !stopped.has(each));
    if (running.length === 0) break;
    for (const each of running) {
      send(each, "SIGSTOP");
      stopped.add(each);
    }
  }
  for (const each of stopped) send(each, "SIGKILL");
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function treeOf(pid: number): Promise<number[]> {
  const parents = await parentsOfAll();
  const below = (parent: number): number[] =>
    [...parents].flatMap(([child, of]) => (of === parent ? [child, ...below(child)] : []));
  return parents.has(pid) ? [pid, ...below(pid)] : [];
}

async function parentsOfAll(): Promise<ReadonlyMap<number, number>> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => Number.isInteger(pid));
  const entries = await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const));
  return new Map(entries.flatMap(([pid, parent]) => (parent === null ? [] : [[pid, parent]])));
}

async function parentOf(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (stat === null) return null;
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}
