import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { canonical } from "../plan/same-data";
import type { Settings } from "../plan/settings/settings";

/** Where the verbs work; the same for every run of a host, so never a reason to run again. */
export interface VerbContext {
  readonly repository: string;
  readonly stateDirectory: string;
  readonly namePrefix: string;
  readonly helperImage: string;
}

export function verbContext(settings: Settings): VerbContext {
  const { repository, stateDirectory, namePrefix, images } = settings;
  return { repository, stateDirectory, namePrefix, helperImage: images.helper };
}

/** The verbs of `rollback run` that command resources call. */
export type Verb = "begin" | "freeNames" | "release" | "volume" | "sync" | "switch";

export interface VerbArgs {
  readonly verb: Verb;
  readonly context: VerbContext;
  /** Wanted values only, nothing observed: JSON on the verb's stdin, beside the context. */
  readonly input: object;
  /** The only reasons to run again. */
  readonly triggers: readonly pulumi.Input<string | number>[];
}

/**
 * A command resource that runs `rollback run <verb>` once per value of its triggers. No shell reads anything: the
 * interpreter is node itself. A changed input that is no trigger repeats the last output and runs nothing.
 */
export function runVerb(
  name: string,
  args: VerbArgs,
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
