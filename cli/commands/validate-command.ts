import { createRequire } from "node:module";
import { type Command, InvalidArgumentError } from "commander";
import { type CommonOptions, common } from "../project/common-options";
import type * as validateModule from "./validate";

const load = createRequire(__filename);

/** Adds `rollback validate`; what it needs is loaded when it runs. */
export function addValidate(root: Command): void {
  common(root.command("validate"))
    .description("look at the live side: every checkbox of the document that applies to it")
    .option("--phase <number>", "the checkboxes of one phase, rolled back or not", phaseNumber)
    .action(async (options: CommonOptions & { readonly phase?: number }) => {
      const { validate } = load("./validate") as typeof validateModule;
      await validate(options);
    });
}

function phaseNumber(text: string): number {
  if (/^([1-9]|1[01])$/.test(text)) return Number(text);
  throw new InvalidArgumentError("phases are 1 to 11");
}
