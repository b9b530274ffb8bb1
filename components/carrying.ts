import * as pulumi from "@pulumi/pulumi";
import { carryingOf } from "../plan/data/carrying";
import { displacedBy } from "../plan/staging/standing-down";
import type { ChangeRequest } from "../plan/model/wanted";
import { runVerb, type VerbContext } from "./verb";

export interface CarryingArgs {
  readonly context: VerbContext;
  readonly request: ChangeRequest;
  /** Image that an object store runs on while documents are merged into a bucket that no container has yet. */
  readonly minioImage: string;
  /** What must be over before nobody may write any more. */
  readonly after: readonly pulumi.Resource[];
}

/**
 * Carries data between volumes of the live stack, and stops what may not run beside its new containers, before those are created
 * (document: phases 3 and 7). A switch does it inside its cutover instead.
 */
export class Carrying extends pulumi.ComponentResource {
  /** What the next step waits for, also when there was nothing to carry. */
  readonly done: readonly pulumi.Resource[];

  constructor(name: string, args: CarryingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Carrying", name, {}, opts);
    const { context, request, minioImage, after } = args;
    const carries = request.kind === "inPlace" && carryingOf(request) !== undefined;
    const runsFirst = carries || displacedBy(request).length > 0;
    const runs = runsFirst
      ? [
          runVerb(
            name,
            {
              verb: "carry",
              context,
              input: { request, minioImage },
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
