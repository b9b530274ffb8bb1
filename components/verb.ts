import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { canonical } from "../plan/same-data";
import type { Verb, VerbContext, VerbInputs } from "../plan/run/verbs";

export interface VerbArgs<V extends Verb> {
  readonly verb: V;
  readonly context: VerbContext;
  readonly input: VerbInputs[V];
  /** The only reasons to run again. */
  readonly triggers: readonly pulumi.Input<string | number>[];
}

/**
 * A command resource that runs `rollback run <verb>` once per value of its triggers. No shell reads anything: the
 * interpreter is node itself. A changed input that is no trigger repeats the last output and runs nothing.
 */
export function runVerb<V extends Verb>(
  name: string,
  args: VerbArgs<V>,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  return new command.local.Command(
    name,
    {
      interpreter: ["node", "bin/rollback.js", "run"],
      create: args.verb,
      update: "repeat",
      stdin: canonical({ context: args.context, ...args.input }),
      triggers: [...args.triggers],
    },
    opts,
  );
}
