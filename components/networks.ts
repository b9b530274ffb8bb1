import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { withoutUndefined } from "../plan/mapping";
import { labelList } from "./labels";
import type { Network } from "../plan/application/topology";

export interface NetworksArgs {
  readonly networks: readonly Network[];
  /** What must be over before anything is created. */
  readonly after: readonly pulumi.Resource[];
}

/** The topology's networks (document: phase 5). */
export class Networks extends pulumi.ComponentResource {
  /** By the network's key in the Compose file. */
  readonly byName: ReadonlyMap<string, docker.Network>;

  constructor(name: string, args: NetworksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Networks", name, {}, opts);
    const networks = args.networks.map(
      (network) =>
        [
          network.name,
          new docker.Network(`${name}-${network.dockerName}`, networkArgs(network), {
            parent: this,
            dependsOn: [...args.after],
            // The name is fixed, so a replacement cannot stand beside what it replaces.
            deleteBeforeReplace: true,
          }),
        ] as const,
    );
    this.byName = new Map(networks);
    this.registerOutputs();
  }
}

function networkArgs({ dockerName, internal, definition }: Network): docker.NetworkArgs {
  const { driver, driver_opts: options, ipam, attachable, enable_ipv6: ipv6, labels } = definition;
  return withoutUndefined({
    name: dockerName,
    internal,
    driver,
    options,
    attachable,
    ipv6,
    ipamDriver: ipam?.driver,
    ipamConfigs: ipam?.config?.map(({ subnet, gateway, ip_range, aux_addresses }) =>
      withoutUndefined({ subnet, gateway, ipRange: ip_range, auxAddress: aux_addresses }),
    ),
    labels: labels && labelList(labels),
  });
}
