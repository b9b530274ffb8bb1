import * as pulumi from "@pulumi/pulumi";
import { syncOf } from "../plan/data/sync";
import { displacedBy } from "../plan/staging/park";
import type { ChangeRequest } from "../plan/model/wanted";
import type { VerbContext } from "../plan/run/verbs";
import { runVerb } from "./verb";

export interface SyncArgs {
  readonly context: VerbContext;
  readonly request: ChangeRequest;
  /** The bucket that an object store has the application's documents in. */
  readonly bucket: string;
  /** What must be over before nobody may write any more. */
  readonly after: readonly pulumi.Resource[];
}

/**
 * Syncs data between volumes of the live stack, and stops what may not run beside its new containers, before those are created
 * (document: phases 3 and 7). A switch does it inside its cutover instead.
 */
export class Sync extends pulumi.ComponentResource {
  /** What the next step waits for, also when there was nothing to sync. */
  readonly done: readonly pulumi.Resource[];

  constructor(name: string, args: SyncArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Sync", name, {}, opts);
    const { context, request, bucket, after } = args;
    const syncs = request.kind === "inPlace" && syncOf(request) !== undefined;
    const runsFirst = syncs || displacedBy(request).length > 0;
    const runs = runsFirst
      ? [
          runVerb(
            name,
            {
              verb: "sync",
              context,
              input: { number: request.number, bucket },
              triggers: [request.number],
            },
            { parent: this, dependsOn: [...after] },
          ),
        ]
      : [];
    this.done = runsFirst ? runs : after;
    this.registerOutputs();
  }
}
