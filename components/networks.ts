import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../plan/application/topology";

export interface NetworksArgs {
  readonly namePrefix: string;
  readonly networks: readonly Network[];
  /** What must be over before anything is created. */
  readonly after: readonly pulumi.Resource[];
}

/** The topology's networks (document: phase 5). */
export class Networks extends pulumi.ComponentResource {
  /** By the network's unprefixed name. */
  readonly byName: ReadonlyMap<string, docker.Network>;

  constructor(name: string, args: NetworksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Networks", name, {}, opts);
    const networks = args.networks.map(
      (network) =>
        [
          network.name,
          new docker.Network(
            `${name}-${network.name}`,
            { name: `${args.namePrefix}${network.name}`, internal: network.internal },
            // The name is fixed, so a replacement cannot stand beside what it replaces.
            { parent: this, dependsOn: [...args.after], deleteBeforeReplace: true },
          ),
        ] as const,
    );
    this.byName = new Map(networks);
    this.registerOutputs();
  }
}
