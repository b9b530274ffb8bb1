import { createRequire } from "node:module";
import { Argument, Command, InvalidArgumentError } from "commander";
import { addBackups } from "./commands/backups/commands";
import { BENCHMARKS, type BenchmarkName, type BenchOptions } from "./commands/benchmark";
import { type CommonOptions, common } from "./project/common-options";
import { errorText } from "./terminal/errors";
import { addValidate } from "./commands/validate-command";
import type * as abortModule from "./commands/abort";
import type * as annotateModule from "./commands/annotate";
import type * as benchModule from "./commands/benchmark";
import type * as backupModule from "./commands/backup";
import type * as runModule from "./commands/run";
import type * as statusModule from "./commands/status";

// What a command needs is loaded when it runs: `run repeat` answers on every `pulumi up`, and has to be quick. By require,
// since Node's own import() does not know TypeScript.
const load = createRequire(__filename);

/** Runs the program `rollback` with the process's arguments and sets its exit code: 0, or 1 with a message. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(argv);
  } catch (error) {
    process.stderr.write(`${errorText(error)}\n`);
    process.exitCode = 1;
  }
}

function program(): Command {
  const root = new Command("rollback")
    .description("Backups, state and way out of the rollbacks that `pulumi up` performs.")
    .showHelpAfterError("(rollback --help lists the commands)");
  addBackup(root);
  addBackups(root);
  addStatus(root);
  addValidate(root);
  addAnnotate(root);
  addAbort(root);
  addBench(root);
  addRun(root);
  return root;
}

function addBackup(root: Command): void {
  common(root.command("backup"))
    .description(
      "make the pre-execution backup of the live side, verified, and print what it holds",
    )
    .option("--with-images", "also save the images that it runs: going back needs no registry then")
    .action(async (options: CommonOptions & { readonly withImages?: boolean }) => {
      const { backup } = load("./commands/backup") as typeof backupModule;
      await backup(options);
    });
}

function addStatus(root: Command): void {
  common(root.command("status"))
    .description(
      "say which side is live, what the last change was, what is open and who holds the lock",
    )
    .action(async (options: CommonOptions) => {
      const { status } = load("./commands/status") as typeof statusModule;
      await status(options);
    });
}

function addAnnotate(root: Command): void {
  common(root.command("annotate"))
    .argument("<number>", "the change", wholeNumber)
    .argument("<reason>", "why it was made")
    .description("tell later why a change was made: in its record, the log and its commit")
    .action(async (number: number, reason: string, options: CommonOptions) => {
      const { annotate } = load("./commands/annotate") as typeof annotateModule;
      await annotate(number, reason, options);
    });
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("a change has a number from 1 on.");
}

function addAbort(root: Command): void {
  common(root.command("abort"))
    .description(
      "give up the open change that has not cut over: remove what it staged, and its lock",
    )
    .option("--force", "also when another run holds the lock: only if that run can no longer end")
    .action(async (options: CommonOptions & { readonly force?: boolean }) => {
      const { abort } = load("./commands/abort") as typeof abortModule;
      await abort(options);
    });
}

function addBench(root: Command): void {
  root
    .command("bench")
    .addArgument(new Argument("<name>", "what to compare").choices(BENCHMARKS))
    .option("--quick", "with little data: to see that it runs, not to read its numbers")
    .option("--json", "print the result as one line of JSON")
    .description("measure this program beside the document's own procedure, on the same data")
    .action(async (name: BenchmarkName, options: BenchOptions) => {
      const { runBenchmark } = load("./commands/benchmark") as typeof benchModule;
      await runBenchmark(name, options);
    });
}

function addRun(root: Command): void {
  root
    .command("run")
    .argument("<verb>", "the step to run")
    .description("what Pulumi runs: one step of a change, JSON on standard input and output")
    .action(async (verb: string) => {
      const { runVerb } = load("./commands/run") as typeof runModule;
      await runVerb(verb);
    });
}
