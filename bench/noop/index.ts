import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchOptions } from "../../cli/commands/benchmark";
import type { Output } from "../../cli/terminal/output";
import { DemoDocker } from "../../demo/docker";
import { createWorkspace, stateDirectoryOf, type Workspace } from "../../demo/workspace";
import { STACK_NAMES } from "../../plan/application/topology";
import { bareProgram } from "./bare-program";
import { composeSeconds } from "./compose";
import { median } from "../median";
import { must, STACK, up, upUnchanged } from "./up";

interface Measured {
  /** Of the whole `pulumi up`, the median of the rounds. */
  readonly ours: number;
  /** The same of a program that registers the same resources and does nothing else. */
  readonly bare: number;
  readonly ratio: number;
  /** What of ours is reading the Compose files of one release. */
  readonly composeSeconds: number;
  readonly rounds: number;
}

const ROUNDS = 5;
const QUICK_ROUNDS = 2;

/** `rollback bench noop`: what a run with nothing to do takes, beside that of a bare Pulumi program with the same resources. */
export async function bench(options: BenchOptions, output: Output): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "rollback-bench-"));
  const namePrefix = `bench-${randomBytes(4).toString("hex")}-`;
  const docker = new DemoDocker(namePrefix, stateDirectoryOf(folder));
  try {
    const workspace = await createWorkspace(folder, namePrefix);
    await docker.startIssuer(workspace);
    await deploy(workspace, output);
    const rounds = options.quick === true ? QUICK_ROUNDS : ROUNDS;
    const measured = await measure(workspace, rounds, output);
    if (options.json === true) output.line(JSON.stringify(measured));
    else print(output, measured);
  } finally {
    await docker.removeEverything();
    await rm(folder, { recursive: true, force: true });
  }
}

async function deploy(workspace: Workspace, output: Output): Promise<void> {
  output.progress("bringing up the demo application");
  for (const stack of STACK_NAMES) await must(workspace, ["stack", "init", stack]);
  await must(workspace, up(STACK));
  output.progress("again, with nothing to do");
  await upUnchanged(workspace);
}

async function measure(workspace: Workspace, rounds: number, output: Output): Promise<Measured> {
  output.progress("the same resources in a bare program");
  const bareWorkspace = await bareProgram(workspace);
  // Unchanged, and so it has the same resources.
  await upUnchanged(bareWorkspace);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    output.progress(`round ${round} of ${rounds}`);
    ours.push(await upUnchanged(workspace));
    bare.push(await upUnchanged(bareWorkspace));
  }
  return {
    ours: rounded(median(ours)),
    bare: rounded(median(bare)),
    ratio: rounded(median(ours) / median(bare)),
    composeSeconds: rounded(await composeSeconds(workspace)),
    rounds,
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function print(output: Output, { ours, bare, ratio, composeSeconds, rounds }: Measured): void {
  output.table({
    head: [`pulumi up with nothing to do, median of ${rounds}`, "seconds"],
    rows: [
      ["this program", ours.toFixed(2)],
      ["a bare program with the same resources", bare.toFixed(2)],
      ["reading the Compose files once", composeSeconds.toFixed(2)],
    ],
  });
  output.line(`${ratio.toFixed(2)} times as long as the bare program`);
}
