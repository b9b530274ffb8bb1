import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { withoutUndefined } from "../plan/mapping";
import type {
  GovernedVolume,
  MemoryMount,
  PathMount,
  Service,
  Topology,
} from "../plan/application/topology";
import { imageOf, type Wanted } from "../plan/model/wanted";
import type { SealedTexts } from "../plan/application/sealed";
import { COMPOSE_LABELS, SERVICE_LABEL, STACK_LABEL } from "../plan/application/labels";
import { definitionArgs } from "./container-definition";
import { labelList } from "./labels";
import { unsealedRecord } from "./unseal";
import type { Images } from "./images";
import type { Networks } from "./networks";

export interface ContainersArgs {
  readonly topology: Topology;
  readonly wanted: Wanted;
  readonly images: Images;
  readonly networks: Networks;
  readonly volumes: ReadonlyMap<string, docker.Volume>;
  /** The application's repository: folders that services write are in it. */
  readonly repository: string;
  /** Compose files that the topology was read from, relative to the repository. */
  readonly composeFiles: readonly string[];
  /** Folder that holds the exported mounts by content id. */
  readonly mounts: string;
  /** What sealed texts of the topology stand for. */
  readonly texts: SealedTexts;
}

/** Without an address Docker would take those of IPv6 too, which the provider reads back as further ports: a new container on every run. */
const ALL_IPV4_ADDRESSES = "0.0.0.0";

/**
 * Besides what the engine cannot change: of a changed health check the provider says nothing, and a limit that it changes while the
 * container runs can be refused ("update the memoryswap at the same time").
 */
const REPLACED_FOR = [
  ...["healthcheck", "memory", "memoryReservation", "memorySwap", "cpus", "cpuShares"],
  ...["restart", "maxRetryCount"],
];

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
          replaceOnChanges: [...REPLACED_FOR],
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
    ...definitionArgs(service.definition, args.texts),
    name: service.containerName,
    image: image.imageId,
    labels: labelList({
      ...unsealedRecord(service.definition.labels ?? {}, args.texts),
      ...composeLabels(service, args),
      [STACK_LABEL]: args.wanted.stack,
      [SERVICE_LABEL]: service.name,
    }),
    networksAdvanced: service.networks.map(({ name, aliases, ipv4Address, ipv6Address }) => ({
      name: networkName(args.networks, name),
      aliases: [service.name, ...aliases],
      ...(ipv4Address === undefined ? {} : { ipv4Address }),
      ...(ipv6Address === undefined ? {} : { ipv6Address }),
    })),
    volumes: [
      ...releaseMounts(service, args),
      ...dataMounts(service, args),
      ...hostMounts(service),
      ...service.anonymousVolumes.map((containerPath) => ({ containerPath })),
    ],
    mounts: service.memoryMounts.map(memoryMount),
    ports: service.ports.map(({ container, host, address = ALL_IPV4_ADDRESSES, protocol }) => ({
      ...{ internal: container, external: host, ip: address, protocol },
    })),
    ...startOf(service),
    wait: false,
    destroyGraceSeconds: service.stopSeconds,
    // Where the file does not say, the engine decides; it is told at every stop all the same.
    ...(service.definition.stop_grace_period === undefined
      ? {}
      : { stopTimeout: service.stopSeconds }),
  };
}

/**
 * By these Compose knows what is its project's: `docker compose ps`, `logs`, `exec`, `top`, `stop` and `start` work on our containers. The hash
 * is none of its own: its `up` would not take them for what it has made.
 */
function composeLabels(
  { name }: Service,
  { topology, repository, composeFiles }: ContainersArgs,
): Readonly<Record<string, string>> {
  return {
    [COMPOSE_LABELS.project]: topology.project,
    [COMPOSE_LABELS.service]: name,
    [COMPOSE_LABELS.oneOff]: "False",
    [COMPOSE_LABELS.containerNumber]: "1",
    [COMPOSE_LABELS.configHash]: "motovaultpro-rollback",
    [COMPOSE_LABELS.workingDirectory]: repository,
    [COMPOSE_LABELS.configFiles]: composeFiles.map((file) => `${repository}/${file}`).join(","),
  };
}

function memoryMount({ target, bytes, mode }: MemoryMount): docker.types.input.ContainerMount {
  return { type: "tmpfs", target, tmpfsOptions: withoutUndefined({ sizeBytes: bytes, mode }) };
}

/**
 * The edge and what works on its own are created, and started by the cutover; so is what waits for others, and, for its work is not to be
 * done again, what runs once.
 */
function startOf(service: Service): Pick<docker.ContainerArgs, "start" | "mustRun"> {
  const { startPolicy, startsAfter, runsOnce } = service;
  const isStarted = startPolicy === "ordinary" && startsAfter.length === 0 && !runsOnce;
  return isStarted ? {} : { start: false, mustRun: false };
}

function networkName({ names }: Networks, name: string): pulumi.Input<string> {
  const network = names.get(name);
  if (network === undefined) throw new Error(`no network ${name}`);
  return network;
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
        ...labelOf(mount),
      },
    ];
  });
}

function dataMounts(service: Service, args: ContainersArgs): docker.types.input.ContainerVolume[] {
  return service.volumes.map((mount) => {
    const { volume: name, target, readOnly = false } = mount;
    const volume = args.topology.volumes.find((candidate) => candidate.name === name);
    return { ...dataSource(volume, args), containerPath: target, readOnly, ...labelOf(mount) };
  });
}

function hostMounts({ hostMounts: mounts }: Service): docker.types.input.ContainerVolume[] {
  return mounts.map((mount) => {
    const { source, target, readOnly } = mount;
    return { hostPath: source, containerPath: target, readOnly, ...labelOf(mount) };
  });
}

function labelOf({ selinux }: PathMount): { readonly selinuxRelabel?: string } {
  return selinux === undefined ? {} : { selinuxRelabel: selinux };
}

function dataSource(
  volume: GovernedVolume | undefined,
  args: ContainersArgs,
): Partial<docker.types.input.ContainerVolume> {
  if (volume === undefined)
    throw new Error("a service names a volume that the topology does not have");
  if (volume.kind === "folder") return { hostPath: `${args.repository}/${volume.name}` };
  if (volume.external === true) return { volumeName: volume.dockerName };
  const resource = args.volumes.get(volume.name);
  if (resource === undefined) throw new Error(`no volume ${volume.name}`);
  return { volumeName: resource.name };
}
