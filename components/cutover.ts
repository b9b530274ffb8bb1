import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { CheckSettings } from "../plan/checks/settings";
import type { ChangeRequest } from "../plan/model/wanted";
import type { VerbContext } from "../plan/run/verbs";
import { runVerb } from "./verb";

export interface CutoverArgs {
  readonly context: VerbContext;
  readonly request: ChangeRequest;
  /** The bucket that an object store has the application's documents in. */
  readonly bucket: string;
  readonly contacts: Readonly<Record<string, string>>;
  /** What the validation is told of the application, and which of its failures are accepted. */
  readonly checks: CheckSettings;
  readonly accept: readonly string[];
  readonly edgeId: pulumi.Input<string>;
  /** What must be created before the edge moves. */
  readonly after: readonly pulumi.Resource[];
}

/** Proves and validates the staged side, moves the edge, retires the other side and closes the record (document: full rollback, steps 4 and 5). */
export class Cutover extends pulumi.ComponentResource {
  /** What the next step waits for. */
  readonly done: readonly pulumi.Resource[];
  /** The switch's own short summary, JSON. */
  readonly summary: pulumi.Output<string>;

  constructor(name: string, args: CutoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Cutover", name, {}, opts);
    const { context, request, bucket, contacts, checks, accept } = args;
    const run: command.local.Command = runVerb(
      `${name}-switch`,
      {
        verb: "switch",
        context,
        input: { number: request.number, bucket, contacts, checks, accept },
        triggers: [request.number, args.edgeId],
      },
      { parent: this, dependsOn: [...args.after] },
    );
    this.done = [run];
    this.summary = run.stdout;
    this.registerOutputs();
  }
}
