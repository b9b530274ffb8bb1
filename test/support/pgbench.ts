import type Docker from "dockerode";
import { execute, executeOrFail } from "../../host/docker/exec";
import { runHelper } from "../../host/docker/helper";
import { volumeMount } from "../../host/docker/users";
import { waitFor } from "../../host/docker/wait";
import type { GovernedVolume } from "../../plan/application/topology";
import { type DataHost, query } from "../integration/data-host";

const CONNECTION = ["-U", "motovaultpro", "-h", "/var/run/postgresql"];

/** A PostgreSQL with data checksums and pgbench's tables; 15 MB for each unit of `scale`. */
export async function startPgbench(
  host: DataHost,
  name: string,
  volume: GovernedVolume,
  scale: number,
): Promise<Docker.Container> {
  const container = await host.startPostgres(name, volume);
  const argv = ["pgbench", ...CONNECTION, "-i", "-q", "-s", String(scale), "motovaultpro"];
  await executeOrFail(container, argv);
  return container;
}

/** Lets four clients write while `work` runs, from before its start until after its end, and the server make checkpoints meanwhile. */
export async function whileWritten<T>(
  container: Docker.Container,
  work: () => Promise<T>,
): Promise<T> {
  const argv = ["pgbench", ...CONNECTION, "-n", "-c", "4", "-T", "600", "motovaultpro"];
  const writing = execute(container, argv);
  const checkpoints = checkpointsUntilStopped(container);
  try {
    await untilWritten(container, 50);
    const result = await work();
    const written = await transactions(container);
    await untilWritten(container, written + 1);
    return result;
  } finally {
    await checkpoints.stop();
    await execute(container, ["bash", "-c", "kill $(pgrep pgbench || pidof pgbench)"]);
    await writing;
  }
}

/** A large volume takes longer to read than the five minutes between two checkpoints: a small one has to have them more often. */
function checkpointsUntilStopped(container: Docker.Container): { stop: () => Promise<void> } {
  let running = true;
  const loop = async () => {
    while (running) await query(container, "CHECKPOINT");
  };
  const looping = loop();
  return {
    stop: async () => {
      running = false;
      await looping;
    },
  };
}

async function transactions(container: Docker.Container): Promise<number> {
  return Number(await query(container, "SELECT count(*) FROM pgbench_history"));
}

async function untilWritten(container: Docker.Container, count: number): Promise<void> {
  await waitFor(
    async () => {
      const written = await transactions(container);
      return written >= count
        ? { done: true, value: undefined }
        : { done: false, state: `${written} transactions` };
    },
    { deadlineMs: 60_000, message: `${count} transactions of pgbench` },
  );
}

/**
 * Starts a server on a restored volume and looks at it: every index has every row (pg_amcheck), every page its checksum, and the four
 * sums that pgbench keeps equal are equal.
 *
 * @throws Error with what is wrong.
 */
export async function requireSound(
  host: DataHost,
  name: string,
  volume: GovernedVolume,
): Promise<number> {
  const container = await host.startPostgres(name, volume);
  const database = ["--database=motovaultpro"];
  const check = ["--install-missing", "--heapallindexed", "--jobs=2", ...database];
  await executeOrFail(container, ["pg_amcheck", ...CONNECTION, ...check]);
  await query(container, "SELECT count(*) FROM pgbench_accounts WHERE filler IS NOT NULL");
  const sums = await query(
    container,
    `SELECT (SELECT sum(abalance) FROM pgbench_accounts), (SELECT sum(bbalance) FROM pgbench_branches),
       (SELECT sum(tbalance) FROM pgbench_tellers), (SELECT sum(delta) FROM pgbench_history)`,
  );
  const count = await transactions(container);
  await container.remove({ force: true });
  if (new Set(sums.split("|")).size === 1) return count;
  throw new Error(`pgbench's sums differ: ${sums}`);
}

/** What the document does: the files of a running server, as they come, into another volume. */
export async function copyAsTheDocument(
  { context }: DataHost,
  from: GovernedVolume,
  to: GovernedVolume,
): Promise<void> {
  await runHelper(context, {
    purpose: "test",
    // Files that change while they are read give exit code 1, at which the document's script does not look.
    script: "(tar czf - -C /from . || true) | tar xzf - -C /to",
    mounts: [
      volumeMount(context, from, { readOnly: true, target: "/from" }),
      volumeMount(context, to, { readOnly: false, target: "/to" }),
    ],
  });
}
