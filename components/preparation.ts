import * as pulumi from "@pulumi/pulumi";
import type { CheckSettings } from "../plan/checks/settings";
import type { ChangeRequest } from "../plan/model/wanted";
import { edgeOf } from "../plan/application/topologies";
import type { VerbContext, VerbInputs } from "../plan/run/verbs";
import { runVerb } from "./verb";

export interface PreparationArgs {
  readonly context: VerbContext;
  readonly request: ChangeRequest;
  /** What the validation is told of the application: the live side is looked at first. */
  readonly checks: CheckSettings;
  /** Whether containers that the stack's state does not know may be stopped and renamed. */
  readonly takeOver: boolean;
}

/**
 * What comes before the first byte is written: the backup is checked, the lock is taken, what will be overwritten is saved
 * (document: before starting any phase); then names that a lost stack state left behind are freed.
 */
export class Preparation extends pulumi.ComponentResource {
  /** What the next step waits for. */
  readonly done: readonly pulumi.Resource[];

  constructor(name: string, args: PreparationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Preparation", name, {}, opts);
    const { context, request, checks } = args;
    const begin = runVerb(
      `${name}-begin`,
      { verb: "begin", context, input: { request, checks }, triggers: [request.number] },
      { parent: this },
    );
    this.done = [begin];
    if (request.recordOnly) {
      this.registerOutputs();
      return;
    }
    // Without a trigger: it runs only when the stack's state is new, and then containers of these names are strangers to it.
    const freeNames = runVerb(
      `${name}-make-way`,
      { verb: "freeNames", context, input: namesOf(args), triggers: [] },
      { parent: this, dependsOn: [begin] },
    );
    this.done = [begin, freeNames];
    this.registerOutputs();
  }
}

function namesOf({ request, takeOver }: PreparationArgs): VerbInputs["freeNames"] {
  const { stack, topology } = request.wanted;
  return {
    ...{ stack, takeOver },
    edge: edgeOf(topology).containerName,
    containers: topology.services.map(({ containerName }) => containerName),
    networks: topology.networks.map(({ dockerName }) => dockerName),
  };
}
