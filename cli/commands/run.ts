import { createRequire } from "node:module";
import type * as verbInputModule from "./verb-input";
import type * as verbsModule from "../../change/verbs";

const load = createRequire(__filename);

// The Command resource hangs on a line of 64 KiB; what may grow goes to a file and the result names it.
const LONGEST_RESULT = 16_000;

/** Runs one verb: input from standard input, its result as one line of JSON, progress on standard error. */
export async function runVerb(name: string): Promise<void> {
  if (name === "repeat") {
    repeat();
    return;
  }
  const { loadVerb, verbNamed } = load("../../change/verbs") as typeof verbsModule;
  // Work that ends without a result, as when nothing is left to wait for, has failed.
  process.exitCode = 1;
  const verb = verbNamed(name);
  const { openVerbInput } = load("./verb-input") as typeof verbInputModule;
  const { context, input } = await openVerbInput(verb, await standardInput());
  const result = JSON.stringify(await loadVerb(verb)(context, input));
  if (result.length > LONGEST_RESULT) {
    throw new Error(`the result of step "${name}" has ${result.length} characters: too many`);
  }
  process.stdout.write(`${result}\n`);
  process.exitCode = 0;
}

/** For the Command resource's `update`, which would otherwise empty what `create` printed. */
function repeat(): void {
  const before = process.env.PULUMI_COMMAND_STDOUT ?? "";
  process.stdout.write(before.endsWith("\n") ? before : `${before}\n`);
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
