import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { GovernedVolume, Service, Topology } from "../plan/application/topology";
import { imageOf, type Wanted } from "../plan/model/wanted";
import type { Images } from "./images";
import type { Networks } from "./networks";

export interface ContainersArgs {
  readonly namePrefix: string;
  readonly topology: Topology;
  readonly wanted: Wanted;
  readonly images: Images;
  readonly networks: Networks;
  readonly volumes: ReadonlyMap<string, docker.Volume>;
  /** The application's repository: folders that services write are in it. */
  readonly repository: string;
  /** Folder that holds the exported mounts by content id. */
  readonly mounts: string;
}

/** The topology's containers, staged beside the live side: nothing routes to them until the edge moves. */
export class Containers extends pulumi.ComponentResource {
  /** By the service's name. */
  readonly byService: ReadonlyMap<string, docker.Container>;

  constructor(name: string, args: ContainersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Containers", name, {}, opts);
    this.byService = new Map(
      args.topology.services.map((service) => [
        service.name,
        new docker.Container(`${name}-${service.name}`, containerArgs(service, args), {
          parent: this,
          replaceOnChanges: ["healthcheck"],
          deleteBeforeReplace: true,
        }),
      ]),
    );
    this.registerOutputs();
  }
}

function containerArgs(service: Service, args: ContainersArgs): docker.ContainerArgs {
  const reference = imageOf(args.wanted, service);
  const image = args.images.byReference.get(reference);
  if (image === undefined) throw new Error(`no image for ${service.name}`);
  return {
    name: `${args.namePrefix}${service.name}`,
    image: image.imageId,
    ...(service.command ? { command: [...service.command] } : {}),
    envs: Object.entries(service.environment).map(([key, value]) => `${key}=${value}`),
    labels: [
      { label: "motovaultpro.stack", value: args.wanted.stack },
      { label: "motovaultpro.service", value: service.name },
    ],
    networksAdvanced: service.networks.map((network) => ({
      name: networkName(args.networks, network),
      aliases: [service.name, ...service.aliases],
    })),
    volumes: [...releaseMounts(service, args), ...dataMounts(service, args)],
    ports: service.ports.map((port) => ({
      internal: port.container,
      external: args.wanted.ports[port.name],
    })),
    ...(service.healthCheck ? { healthcheck: healthCheck(service, service.healthCheck.test) } : {}),
    ...startOf(service),
    wait: false,
    restart: "unless-stopped",
    destroyGraceSeconds: service.stopSeconds,
    stopTimeout: service.stopSeconds,
  };
}

/** The edge and what works on its own are created, and started by the cutover. */
function startOf(service: Service): Pick<docker.ContainerArgs, "start" | "mustRun"> {
  return service.startPolicy === "ordinary" ? {} : { start: false, mustRun: false };
}

/** The edge is asked often, since a cutover waits for it; each look at a container costs the host a new process. */
function healthCheck({ startPolicy }: Service, test: readonly string[]) {
  const interval = startPolicy === "edge" ? "1s" : "5s";
  return { tests: [...test], interval, timeout: "5s", retries: 40, startPeriod: "0s" };
}

function networkName(networks: Networks, name: string): pulumi.Output<string> {
  const network = networks.byName.get(name);
  if (network === undefined) throw new Error(`no network ${name}`);
  return network.name;
}

function releaseMounts(
  service: Service,
  args: ContainersArgs,
): docker.types.input.ContainerVolume[] {
  return service.mounts.flatMap((mount) => {
    const contentId = args.wanted.release.mounts[mount.path];
    if (contentId === undefined) return [];
    const file = mount.path.split("/").at(-1) ?? mount.path;
    return [
      {
        hostPath: `${args.mounts}/${contentId}/${file}`,
        containerPath: mount.target,
        readOnly: true,
      },
    ];
  });
}

function dataMounts(service: Service, args: ContainersArgs): docker.types.input.ContainerVolume[] {
  return service.volumes.map(({ volume: name, target }) => {
    const volume = args.topology.volumes.find((candidate) => candidate.name === name);
    return { ...dataSource(volume, args), containerPath: target };
  });
}

function dataSource(
  volume: GovernedVolume | undefined,
  args: ContainersArgs,
): Partial<docker.types.input.ContainerVolume> {
  if (volume === undefined)
    throw new Error("a service names a volume that the topology does not have");
  if (volume.kind === "folder") return { hostPath: `${args.repository}/${volume.name}` };
  const resource = args.volumes.get(volume.name);
  if (resource === undefined) throw new Error(`no volume ${volume.name}`);
  return { volumeName: resource.name };
}
