import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchOptions } from "../../cli/commands/benchmark";
import type { Description } from "../../plan/application/description";
import type { Output } from "../../cli/terminal/output";
import { EdgeClient } from "../../demo/client";
import { describedApplication } from "../../demo/described";
import { DemoDocker } from "../../demo/docker";
import { pulumi, rollback } from "../../demo/processes";
import {
  createWorkspace,
  stateDirectoryOf,
  type Workspace,
  writeStackFile,
} from "../../demo/workspace";
import { type Watched, watching } from "./watch";

interface PhaseTimes extends Watched {
  /** Of the whole `pulumi up`. */
  readonly seconds: number;
}

const QUICK = [9, 2];
const ROWS = 20;

/** `rollback bench phases`: what rolling each phase back takes on the demo application, and what its users notice of it. */
export async function bench(options: BenchOptions, output: Output): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "rollback-bench-"));
  const namePrefix = `bench-${randomBytes(4).toString("hex")}-`;
  const docker = new DemoDocker(namePrefix, stateDirectoryOf(folder));
  try {
    const workspace = await createWorkspace(folder, namePrefix);
    await docker.startIssuer(workspace);
    await deploy(workspace, output);
    const description = await describedApplication();
    // What has no steps changes nothing.
    const changing = description.phases.filter(({ steps }) => steps.length > 0);
    const numbers = options.quick === true ? QUICK : changing.map(({ number }) => number);
    const phases = new Map<number, PhaseTimes>();
    for (const number of numbers) {
      output.progress(`phase ${number}`);
      phases.set(number, await measure(workspace, { [`phase${number}`]: true }));
      await measure(workspace, {});
    }
    output.progress("nothing to do");
    const noop = await measure(workspace, {});
    const result = { phases: Object.fromEntries(phases), noop: { seconds: noop.seconds } };
    if (options.json === true) output.line(JSON.stringify(result));
    else print(output, description.phases, phases, noop);
  } finally {
    await docker.removeEverything();
    await rm(folder, { recursive: true, force: true });
  }
}

async function deploy(workspace: Workspace, output: Output): Promise<void> {
  output.progress("bringing up both sides of the demo application");
  for (const stack of ["pre-simplification", "simplified"]) {
    await must(workspace, ["stack", "init", stack]);
  }
  await must(workspace, up("pre-simplification"));
  const client = new EdgeClient(workspace);
  await client.addVehicles("Honda", ROWS);
  for (let count = 0; count < ROWS; count += 1) await client.addDocument(randomBytes(10_000));
  const backup = await rollback(workspace, ["backup"]);
  if (backup.code !== 0) throw new Error(backup.output);
  await must(workspace, up("simplified"));
}

async function measure(
  workspace: Workspace,
  flags: Readonly<Record<string, boolean>>,
): Promise<PhaseTimes> {
  await writeStackFile(workspace, "simplified", { ...flags, acceptSchema: true });
  const url = `http://127.0.0.1:${workspace.ports.http}/api/health`;
  const { value, watched } = await watching(url, () => must(workspace, up("simplified")));
  return { seconds: Math.round(value * 10) / 10, ...watched };
}

function up(stack: string): string[] {
  return ["up", "--yes", "--skip-preview", "--stack", stack];
}

async function must(workspace: Workspace, argv: readonly string[]): Promise<number> {
  const { code, output, seconds } = await pulumi(workspace, argv);
  if (code !== 0) throw new Error(`pulumi ${argv.join(" ")}:\n${output}`);
  return seconds;
}

function print(
  output: Output,
  described: Description["phases"],
  phases: ReadonlyMap<number, PhaseTimes>,
  noop: PhaseTimes,
): void {
  const row = (name: string, { seconds, downtimeSeconds, restartSeconds }: PhaseTimes) => [
    name,
    ...[seconds, downtimeSeconds, restartSeconds].map((value) => value.toFixed(1)),
  ];
  const titles = new Map(described.map(({ number, title }) => [number, title]));
  output.table({
    head: ["rollback of", "seconds", "edge silent, s", "service restarting, s"],
    rows: [
      ...[...phases].map(([number, times]) =>
        row(`phase ${number} (${titles.get(number) ?? ""})`, times),
      ),
      row("nothing to do", noop),
    ],
  });
}
