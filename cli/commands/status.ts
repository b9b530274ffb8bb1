import { isFullRollback } from "../../plan/checks";
import { isWell } from "../../host/docker/health";
import { describeHolder } from "../../change/lock/holder";
import { lastDone, liveMap, livePhases, liveSide, openChange } from "../../plan/model/history";
import { newestBackup } from "../../plan/data/backup-for";
import { nextStep } from "../../plan/run/next-step";
import type { ChangeRecord, Facts } from "../../plan/model/observed";
import { observeLiveTopology } from "../../change/observe";
import { edgeOf } from "../../plan/application/topologies";
import { ProblemsError } from "../../plan/problem";
import type { StackName, Topology } from "../../plan/application/topology";
import { openSettings, readFacts } from "../project/host-facts";
import { type Output, processOutput } from "../terminal/output";
import type { ProjectChoice } from "../project/project";

/** What `rollback status --json` prints. */
interface Status {
  readonly live: StackName | null;
  /** Phases that are rolled back on it, and the scenario that they belong to. */
  readonly phases: readonly number[];
  readonly scenario: string | null;
  readonly edgeRunning: boolean;
  readonly containers: {
    readonly expected: number;
    readonly running: number;
    readonly unhealthy: readonly string[];
  };
  readonly last: ReturnType<typeof changeOf> | null;
  readonly open: (ReturnType<typeof changeOf> & { readonly cutOver: boolean }) | null;
  readonly lock: Facts["lock"];
  readonly newestBackup: string | null;
  readonly next: string;
}

/** `rollback status`: which side is live, the last change, the open one, and the lock. Changes nothing. */
export async function status(
  options: ProjectChoice & { readonly json?: boolean },
  output: Output = processOutput(),
): Promise<void> {
  const { context, settings } = await openSettings(options, "tell the state");
  const facts = await readFacts(context);
  // Whatever else is wrong on this host, it is told which side is live.
  const topology = await observeLiveTopology(context, settings, facts).catch((error: unknown) => {
    if (!(error instanceof ProblemsError)) throw error;
    context.report(error.message);
    return null;
  });
  const found = statusOf(facts, topology);
  if (options.json === true) output.line(JSON.stringify(found));
  else
    for (const [label, text] of linesOf(found, facts.application.phases))
      output.line(`${label.padEnd(15)}${text}`);
}

/** Pure, so that it can be tested. */
export function statusOf(facts: Facts, topology: Topology | null): Status {
  const live = liveSide(facts);
  const last = lastDone(facts.recorded);
  const open = openChange(facts.recorded);
  const containers = containersOf(facts, topology);
  const known = live === null ? undefined : facts.application.edges[live];
  const edge = topology === null ? known : edgeOf(topology).name;
  return {
    live,
    phases: livePhases(facts),
    scenario: liveMap(facts)?.wanted.scenario ?? null,
    edgeRunning: facts.containers.some(({ name, running }) => name === edge && running),
    containers,
    last: last === undefined ? null : changeOf(last),
    open: open === undefined ? null : { ...changeOf(open), cutOver: open.cutOver },
    lock: facts.lock,
    newestBackup: newestBackup(facts, live ?? "pre-simplification")?.id ?? null,
    next: nextStep(facts, containers.unhealthy),
  };
}

function containersOf(facts: Facts, topology: Topology | null): Status["containers"] {
  if (topology === null) return { expected: 0, running: 0, unhealthy: [] };
  const names = new Set(topology.services.map(({ name }) => name));
  const own = facts.containers.filter(({ name }) => names.has(name));
  const running = own.filter((container) => container.running);
  const healthy = new Set(running.filter(({ health }) => isWell(health)).map((c) => c.name));
  return {
    expected: names.size,
    running: running.length,
    unhealthy: [...names].filter((name) => !healthy.has(name)),
  };
}

function changeOf({ request }: ChangeRecord) {
  const { number, kind, from, stack: to, settings } = request;
  return { number, kind, from, to, reason: settings.reason ?? null };
}

function linesOf(found: Status, allPhases: readonly number[]): [string, string][] {
  const { containers, last, open, lock } = found;
  const edge = found.edgeRunning ? "" : ", its edge does not run";
  const unhealthy = containers.unhealthy.join(", ");
  return [
    ["live side", found.live === null ? "none" : `${found.live}${edge}`],
    ["rolled back", rolledBackText(found, allPhases)],
    [
      "containers",
      `${containers.running} of ${containers.expected} running${unhealthy && `; not healthy: ${unhealthy}`}`,
    ],
    ["last change", last === null ? "none recorded" : changeText(last)],
    ["open change", openText(open)],
    ["lock", lockText(lock)],
    ["newest backup", found.newestBackup ?? "none of the live side"],
    ["next", found.next],
  ];
}

function rolledBackText({ phases, scenario }: Status, all: readonly number[]): string {
  if (phases.length === 0) return "nothing";
  const what = isFullRollback(phases, all) ? "everything" : `phases ${phases.join(", ")}`;
  return scenario === null ? what : `${what} (scenario ${scenario})`;
}

function openText(open: Status["open"]): string {
  if (open === null) return "none";
  return `${changeText(open)}${open.cutOver ? ", has cut over" : ", has not cut over"}`;
}

function changeText({ number, kind, from, to, reason }: NonNullable<Status["last"]>): string {
  const way = from === null || from === to ? to : `${from} to ${to}`;
  return `${number} (${kind}): ${way}${reason === null ? "" : `, "${reason}"`}`;
}

function lockText(lock: Facts["lock"]): string {
  if (lock === null) return "free";
  return `${describeHolder(lock)}${lock.alive ? "" : ": that process is gone, the next run takes it over"}`;
}
