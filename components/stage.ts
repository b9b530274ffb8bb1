import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { edgeOf } from "../plan/application/topologies";
import { withoutUndefined } from "../plan/mapping";
import { labelList } from "./labels";
import type { DockerVolume, Topology } from "../plan/application/topology";
import type { Wanted } from "../plan/model/wanted";
import type { SealedTexts } from "../plan/application/sealed";
import { Containers } from "./containers";
import type { Images } from "./images";
import { Networks } from "./networks";
import type { VerbContext } from "../plan/run/verbs";

export interface StageArgs {
  readonly context: VerbContext;
  readonly wanted: Wanted;
  readonly images: Images;
  /** What sealed texts of the topology stand for. */
  readonly texts: SealedTexts;
  /** What must be over before anything is created. */
  readonly after: readonly pulumi.Resource[];
}

/** The whole topology, created beside the live one (document: docker compose up -d, without its downtime). */
export class Stage extends pulumi.ComponentResource {
  /** What the next step waits for. */
  readonly done: readonly pulumi.Resource[];
  /** Changes whenever the edge is replaced; a replaced edge is created but not started. */
  readonly edgeId: pulumi.Output<string>;

  constructor(name: string, args: StageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Stage", name, {}, opts);
    const { context, wanted, after } = args;
    const { topology } = wanted;
    const child = { parent: this };
    const networks = new Networks(
      `${name}-networks`,
      { networks: topology.networks, external: topology.externalNetworks, after },
      child,
    );
    const containers = new Containers(
      `${name}-containers`,
      {
        topology,
        wanted,
        images: args.images,
        texts: args.texts,
        networks,
        volumes: this.volumes(name, topology, args),
        repository: context.repository,
        composeFiles: context.compose.files,
        mounts: `${context.stateDirectory}/mounts`,
      },
      child,
    );
    this.done = [...containers.byService.values()];
    this.edgeId = edge(containers, topology).id;
    this.registerOutputs();
  }

  /** Inputs never change and deletion keeps the data: the stacks share volumes, and both may claim one. */
  private volumes(
    name: string,
    topology: Topology,
    args: StageArgs,
  ): ReadonlyMap<string, docker.Volume> {
    return new Map(
      topology.volumes
        .filter((volume) => volume.kind === "volume")
        .filter(({ external }) => external !== true)
        .map((volume) => [
          volume.name,
          new docker.Volume(
            `${name}-${volume.name}`,
            { ...madeOf(volume), name: volume.dockerName },
            {
              parent: this,
              dependsOn: [...args.after],
              retainOnDelete: true,
              ignoreChanges: ["driver", "driverOpts", "labels"],
            },
          ),
        ]),
    );
  }
}

function madeOf({ definition = {} }: DockerVolume): docker.VolumeArgs {
  const { driver, driver_opts: driverOpts, labels } = definition;
  return withoutUndefined({
    driver,
    driverOpts,
    labels: labels && labelList(labels),
  });
}

function edge(containers: Containers, topology: Topology): docker.Container {
  const container = containers.byService.get(edgeOf(topology).name);
  if (container === undefined) throw new Error("the topology's edge was not staged");
  return container;
}
