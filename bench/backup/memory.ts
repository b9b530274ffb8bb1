import { readdir, readFile } from "node:fs/promises";
import type Docker from "dockerode";
import { HELPER_LABEL } from "../../host/docker/helper";

const INTERVAL_MS = 50;
const MIB = 1024 * 1024;
const PAGE_BYTES = 4096;

interface Process {
  readonly parent: number;
  readonly bytes: number;
}

/**
 * Peak of the resident memory, in MiB, of a process with all its descendants and of every helper container's processes together
 * while `work` runs. Pages that several share count for each.
 */
export async function peakMemory(
  docker: Docker,
  pid: number,
  work: Promise<unknown>,
): Promise<number> {
  let running = true;
  let peak = 0;
  const sample = async () => {
    while (running) {
      const roots = [pid, ...(await helperProcesses(docker))];
      peak = Math.max(peak, sumOf(await processes(), roots));
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
  };
  const sampling = sample();
  try {
    await work;
    return Math.round(peak / MIB);
  } finally {
    running = false;
    await sampling;
  }
}

async function helperProcesses(docker: Docker): Promise<number[]> {
  const helpers = await docker.listContainers({ filters: { label: [HELPER_LABEL] } });
  const inspected = await Promise.all(
    helpers.map(({ Id }) =>
      docker
        .getContainer(Id)
        .inspect()
        .catch(() => null),
    ),
  );
  return inspected.flatMap((info) => (info === null || info.State.Pid === 0 ? [] : info.State.Pid));
}

async function processes(): Promise<ReadonlyMap<number, Process>> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => null);
      if (stat === null) return [];
      // The name, in parentheses, may hold spaces.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const bytes = Number(fields[21]) * PAGE_BYTES;
      return [[Number(pid), { parent: Number(fields[1]), bytes }] as const];
    }),
  );
  return new Map(found.flat());
}

function sumOf(all: ReadonlyMap<number, Process>, roots: readonly number[]): number {
  const wanted = new Set(roots);
  const isWanted = (pid: number): boolean => {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (wanted.has(at)) return true;
    return false;
  };
  return [...all].reduce((sum, [pid, { bytes }]) => (isWanted(pid) ? sum + bytes : sum), 0);
}
