import { type Command, Option } from "commander";
import { STACK_NAMES } from "../../plan/application/topology";
import type { ProjectChoice } from "./project";

/** Options that every command for people takes. */
export interface CommonOptions extends ProjectChoice {
  readonly json?: boolean;
}

export function common(command: Command): Command {
  return command
    .option("--project <folder>", "folder with Pulumi.yaml and the stack files", process.cwd())
    .addOption(
      new Option("--stack <name>", "the stack whose configuration to use").choices(STACK_NAMES),
    )
    .option("--json", "print the result as one line of JSON");
}

/** What a command's help ends with. */
export function example(...commands: readonly string[]): string {
  const title = commands.length === 1 ? "Example" : "Examples";
  return `\n${title}:\n${commands.map((command) => `  $ ${command}`).join("\n")}`;
}
