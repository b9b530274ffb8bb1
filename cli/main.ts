import { createRequire } from "node:module";
import { Argument, Command, InvalidArgumentError } from "commander";
import { addBackups } from "./commands/backups/commands";
import { BENCHMARKS, type BenchmarkName, type BenchOptions } from "./commands/benchmark";
import { type CommonOptions, common, example } from "./project/common-options";
import { errorText } from "./terminal/errors";
import { surviveClosedPipes } from "./terminal/output";
import type * as abortModule from "./commands/abort";
import type * as annotateModule from "./commands/annotate";
import type * as benchModule from "./commands/benchmark";
import type * as backupModule from "./commands/backup";
import type * as runModule from "./commands/run";
import type * as statusModule from "./commands/status";
import type * as validateModule from "./commands/validate";

// A command's modules are loaded when it runs: `run repeat` answers on every `pulumi up` and has to be quick. With require, since
// Node's own import() does not know TypeScript.
const load = createRequire(__filename);

const STEP_OF_A_CHANGE = "run";

/** Runs the program `rollback` with the process's arguments and sets its exit code: 0, or 1 with a message. */
export async function main(argv: readonly string[]): Promise<void> {
  // A step whose Pulumi is gone has nobody to report to, and must not go on beside the next run's steps.
  if (argv[2] !== STEP_OF_A_CHANGE) surviveClosedPipes();
  try {
    await program().parseAsync(argv);
  } catch (error) {
    process.stderr.write(`${errorText(error)}\n`);
    process.exitCode = 1;
  }
}

function program(): Command {
  const { version } = load("../package.json") as { version: string };
  const root = new Command("rollback")
    .description(
      "Inspect, back up and validate the application, and abort an interrupted change. `pulumi up` performs the rollback itself.",
    )
    .version(version)
    .showHelpAfterError("(rollback --help lists the commands)");
  addStatus(root);
  addBackup(root);
  addBackups(root);
  addValidate(root);
  addAnnotate(root);
  addAbort(root);
  addBench(root);
  addRun(root);
  return root;
}

function addStatus(root: Command): void {
  common(root.command("status"))
    .description(
      "show the live side, the last change, any open change, the lock and what to do next",
    )
    .action(async (options: CommonOptions) => {
      const { status } = load("./commands/status") as typeof statusModule;
      await status(options);
    });
}

function addBackup(root: Command): void {
  common(root.command("backup"))
    .description("make a verified pre-execution backup of the live side")
    .option(
      "--with-images",
      "also save the images that it runs, so that going back needs no registry",
    )
    .addHelpText("after", example("rollback backup --with-images"))
    .action(async (options: CommonOptions & { readonly withImages?: boolean }) => {
      const { backup } = load("./commands/backup") as typeof backupModule;
      await backup(options);
    });
}

function addValidate(root: Command): void {
  common(root.command("validate"))
    .description("run the document's checks against the live side; changes nothing")
    .option(
      "--phase <number>",
      "only one phase's checks, whether or not it is rolled back",
      phaseNumber,
    )
    .addHelpText("after", example("rollback validate --phase 3"))
    .action(async (options: CommonOptions & { readonly phase?: number }) => {
      const { validate } = load("./commands/validate") as typeof validateModule;
      await validate(options);
    });
}

function phaseNumber(text: string): number {
  if (/^([1-9]|1[01])$/.test(text)) return Number(text);
  throw new InvalidArgumentError("phases are 1 to 11");
}

function addAnnotate(root: Command): void {
  common(root.command("annotate"))
    .argument("<number>", "the change's number", changeNumber)
    .argument("<reason>", "why it was made")
    .description(
      "record afterwards why a change was made: in its record, the log and a note on its commit",
    )
    .addHelpText("after", example('rollback annotate 3 "documents could not be uploaded"'))
    .action(async (number: number, reason: string, options: CommonOptions) => {
      const { annotate } = load("./commands/annotate") as typeof annotateModule;
      await annotate(number, reason, options);
    });
}

function changeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("changes are numbered from 1.");
}

function addAbort(root: Command): void {
  common(root.command("abort"))
    .description(
      "abort the open change if it has not cut over: remove what it staged and release its lock",
    )
    .option("--force", "even if another run holds the lock; only when that run cannot finish")
    .action(async (options: CommonOptions & { readonly force?: boolean }) => {
      const { abort } = load("./commands/abort") as typeof abortModule;
      await abort(options);
    });
}

function addBench(root: Command): void {
  root
    .command("bench")
    .addArgument(new Argument("<name>", "what to compare").choices(BENCHMARKS))
    .option("--quick", "with little data: shows that it runs, its numbers mean nothing")
    .option("--json", "print the result as one line of JSON")
    .description(
      "measure this program beside the document's own procedure or a bare Pulumi program, in one run",
    )
    .action(async (name: BenchmarkName, options: BenchOptions) => {
      const { runBenchmark } = load("./commands/benchmark") as typeof benchModule;
      await runBenchmark(name, options);
    });
}

function addRun(root: Command): void {
  root
    .command(STEP_OF_A_CHANGE, { hidden: true })
    .argument("<verb>", "the step to run")
    .description("run one step of a change for Pulumi, JSON on standard input and output")
    .action(async (verb: string) => {
      const { runVerb } = load("./commands/run") as typeof runModule;
      await runVerb(verb);
    });
}
