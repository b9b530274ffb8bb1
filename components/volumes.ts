import * as pulumi from "@pulumi/pulumi";
import type { Wanted } from "../plan/model/wanted";
import type { VerbContext } from "../plan/run/verbs";
import { runVerb } from "./verb";

export interface VolumesArgs {
  readonly context: VerbContext;
  /** Image that a scratch object store runs on while documents are exported from a backup of one; null where none is known. */
  readonly objectStoreImage: string | null;
  /** The bucket that an object store has the application's documents in. */
  readonly bucket: string;
  /** Names each volume's source, as the plan resolved it (document: phases 3, 7, 8; full rollback, step 3). */
  readonly wanted: Pick<Wanted, "topology" | "volumes">;
  /** Whether a restore may take files for equal without reading them. */
  readonly trustMtime: boolean;
  /** What must be over before the first byte is written. */
  readonly after: readonly pulumi.Resource[];
}

/** Brings every governed volume to its wanted source, in parallel; the source is the only reason to run again. */
export class Volumes extends pulumi.ComponentResource {
  /** What the next step waits for, also when there was nothing to do. */
  readonly done: readonly pulumi.Resource[];

  constructor(name: string, args: VolumesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Volumes", name, {}, opts);
    const sourced = args.wanted.topology.volumes.flatMap((volume) => {
      const chosen = args.wanted.volumes[volume.name];
      return chosen === undefined ? [] : [{ volume, chosen }];
    });
    const { bucket, objectStoreImage, trustMtime } = args;
    const runs = sourced.map(({ volume, chosen }) =>
      runVerb(
        `${name}-${volume.name}`,
        {
          verb: "volume",
          context: args.context,
          input: { volume, chosen, bucket, objectStoreImage, trustMtime },
          triggers: [chosen.source, chosen.number],
        },
        { parent: this, dependsOn: [...args.after] },
      ),
    );
    this.done = runs.length > 0 ? runs : args.after;
    this.registerOutputs();
  }
}
