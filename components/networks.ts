import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { withoutUndefined } from "../plan/mapping";
import { labelList } from "./labels";
import type { ExternalNetwork, Network } from "../plan/application/topology";

export interface NetworksArgs {
  readonly networks: readonly Network[];
  readonly external: readonly ExternalNetwork[];
  /** What must be over before anything is created. */
  readonly after: readonly pulumi.Resource[];
}

/** The topology's networks (document: phase 5), those of somebody else by their names alone. */
export class Networks extends pulumi.ComponentResource {
  /** Docker's names, by the network's key in the Compose file. */
  readonly names: ReadonlyMap<string, pulumi.Input<string>>;

  constructor(name: string, args: NetworksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Networks", name, {}, opts);
    const made = args.networks.map(
      (network) =>
        [
          network.name,
          new docker.Network(`${name}-${network.dockerName}`, networkArgs(network), {
            parent: this,
            dependsOn: [...args.after],
            // The name is fixed, so a replacement cannot stand beside what it replaces.
            deleteBeforeReplace: true,
          }).name,
        ] as const,
    );
    const external = args.external.map(({ name: key, dockerName }) => [key, dockerName] as const);
    this.names = new Map<string, pulumi.Input<string>>([...made, ...external]);
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
