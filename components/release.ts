import * as pulumi from "@pulumi/pulumi";
import type { ChangeRequest } from "../plan/model/wanted";
import type { VerbContext } from "../plan/run/verbs";
import { runVerb } from "./verb";

export interface ReleaseArgs {
  readonly context: VerbContext;
  readonly request: ChangeRequest;
  /** What must be over before anything is exported. */
  readonly after: readonly pulumi.Resource[];
}

/** Exports what containers build and mount from, out of git and the untracked files (document: full rollback, step 2). */
export class Release extends pulumi.ComponentResource {
  /** What the next step waits for. */
  readonly done: readonly pulumi.Resource[];

  constructor(name: string, args: ReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Release", name, {}, opts);
    const { wanted, number, stack, settings } = args.request;
    const run = runVerb(
      name,
      {
        verb: "release",
        context: args.context,
        input: { release: wanted.release, number, stack, reason: settings.reason ?? null },
        triggers: [number, wanted.release.tree],
      },
      { parent: this, dependsOn: [...args.after] },
    );
    this.done = [run];
    this.registerOutputs();
  }
}
