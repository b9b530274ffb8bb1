import type { ComposeModel, ComposeService } from "./compose-model";

/** The two ends of the simplification; each is a Pulumi stack (document: overview). */
export type StackName = "pre-simplification" | "simplified";

/** What a service does, whatever it is called on the side that is live. */
export const ROLES = [
  "edge",
  "frontend",
  "backend",
  "database",
  "cache",
  "objectStore",
  "platform",
  "platformDatabase",
  "platformCache",
  "platformLoader",
] as const;
export type Role = (typeof ROLES)[number];

export const STACK_NAMES: readonly StackName[] = ["pre-simplification", "simplified"];

/** The two states of the application's repository. */
export type Side = "earlier" | "simplified";

const STACK_OF_SIDE = { earlier: "pre-simplification", simplified: "simplified" } as const;

export function stackOfSide(side: Side): StackName {
  return STACK_OF_SIDE[side];
}

export function sideOfStack(stack: StackName): Side {
  return stack === "pre-simplification" ? "earlier" : "simplified";
}

export function otherStack(stack: StackName): StackName {
  return stack === "simplified" ? "pre-simplification" : "simplified";
}

/** What an image is built from, in Compose's words; paths are the release's. */
export interface Build {
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
}

export type ServiceImage =
  | { readonly kind: "registry"; readonly reference: string }
  /** Named by its content: `name` has no tag. */
  | { readonly kind: "built"; readonly name: string; readonly build: Build };

/** A mount of a path; `selinux`: how it is labelled where the host has SELinux. */
export interface PathMount {
  readonly selinux?: "z" | "Z";
}

/** A path of the release that a container reads, always read-only. */
export interface ReleaseMount extends PathMount {
  /** Relative to the application's repository; a file or a folder. */
  readonly path: string;
  readonly target: string;
}

/** How the data of a governed volume is read consistently (document: pre-execution backup, steps 3 and 4). */
export const DATA_KINDS = ["postgres", "redis", "minio", "documents"] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/** What a description says of a volume or folder that services write. */
export interface Store {
  /** Key of the volume in the Compose file, or the folder relative to the repository. */
  readonly name: string;
  readonly kind: "volume" | "folder";
  readonly data: DataKind;
  /** The volume of the other topology that holds the same data, if there is one. */
  readonly counterpart?: string;
}

/** A Docker volume of a topology. */
export interface DockerVolume extends Store {
  readonly kind: "volume";
  /** As Docker knows it. */
  readonly dockerName: string;
  /** Whether somebody else makes it, and keeps it. */
  readonly external?: true;
  /** How Docker makes it, in Compose's words; counts when it is made, never later. */
  readonly definition?: VolumeDefinition;
}

/** A folder of the application's repository that a topology's services write. */
export interface DataFolder extends Store {
  readonly kind: "folder";
}

export type GovernedVolume = DockerVolume | DataFolder;

export type VolumeDefinition = Pick<
  ComposeModel["volumes"][string],
  "driver" | "driver_opts" | "labels"
>;

export interface VolumeMount extends PathMount {
  readonly volume: string;
  readonly target: string;
  readonly readOnly?: true;
}

/** A folder in memory. */
export interface MemoryMount {
  readonly target: string;
  readonly bytes?: number;
  /** Permissions. */
  readonly mode?: number;
}

/** A path of the host itself, such as Docker's socket. */
export interface HostMount extends PathMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** What the host ports of the edge are for; the description says which of its container's ports each is. */
export const PORT_NAMES = ["http", "https", "dashboard"] as const;
export type PortName = (typeof PORT_NAMES)[number];
/** Host ports that the edge publishes, by what they are for. */
export type HostPorts = Readonly<Record<"http", number> & Partial<Record<PortName, number>>>;

export interface PublishedPort {
  readonly container: number;
  readonly host: number;
  /** Of the host; unset: all. */
  readonly address?: string;
  readonly protocol: "tcp" | "udp" | "sctp";
}

/** A service's place on a network. */
export interface NetworkUse {
  /** Key of the network in the Compose file. */
  readonly name: string;
  /** Names beside its own under which others find it there. */
  readonly aliases: readonly string[];
  readonly ipv4Address?: string;
  readonly ipv6Address?: string;
}

/** What a service waits for before it starts: that another one is healthy, or has done its work. */
export interface StartCondition {
  readonly service: string;
  readonly until: "healthy" | "completed";
}

/** Fields of a service that its container is made with as they are. */
export const CONTAINER_FIELDS = [
  ...(["command", "entrypoint", "environment", "labels", "healthcheck", "restart"] as const),
  ...(["hostname", "domainname", "user", "group_add", "working_dir", "init", "tty"] as const),
  ...(["stdin_open", "stop_signal", "logging", "extra_hosts", "dns", "dns_search"] as const),
  ...(["ipc", "pid", "tmpfs", "shm_size", "ulimits", "sysctls", "cap_add", "cap_drop"] as const),
  ...(["security_opt", "privileged", "read_only", "devices", "mem_limit"] as const),
  ...(["mem_reservation", "memswap_limit", "cpus", "cpu_shares", "deploy", "platform"] as const),
  ...(["stop_grace_period"] as const),
] as const;

/** How a container is made, beside its image, networks, mounts and ports: Compose's own words. Texts from variables are sealed. */
export type ContainerDefinition = {
  readonly [F in (typeof CONTAINER_FIELDS)[number]]?: NonNullable<ComposeService[F]>;
};

export interface Service {
  /** Key of the service in the Compose file; also its name on every network. */
  readonly name: string;
  /** Of its container, as Docker knows it. */
  readonly containerName: string;
  /** What it does, whatever it is called on its side; null where no check asks for it by that. */
  readonly role: Role | null;
  readonly image: ServiceImage;
  readonly definition: ContainerDefinition;
  readonly networks: readonly NetworkUse[];
  readonly mounts: readonly ReleaseMount[];
  readonly volumes: readonly VolumeMount[];
  readonly hostMounts: readonly HostMount[];
  readonly memoryMounts: readonly MemoryMount[];
  /** Where it has volumes without a name, which nobody keeps. */
  readonly anonymousVolumes: readonly string[];
  /** On which other services reach it; null where nothing says so. */
  readonly port: number | null;
  readonly ports: readonly PublishedPort[];
  /** Services that this one needs; data for validation and ordering of backups, not for start order. */
  readonly dependsOn: readonly string[];
  readonly startsAfter: readonly StartCondition[];
  /** Whether it ends when its work is done: others wait for that, and it is well when it has ended without an error. */
  readonly runsOnce: boolean;
  /** edge: moving it is the cutover; selfActing: works on its own, started only after the cutover. */
  readonly startPolicy: "edge" | "selfActing" | "ordinary";
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopSeconds: number;
}

export interface Network {
  /** Key of the network in the Compose file. */
  readonly name: string;
  /** As Docker knows it. */
  readonly dockerName: string;
  readonly internal: boolean;
  /** The rest of its definition, in Compose's words. */
  readonly definition: Omit<ComposeModel["networks"][string], "name" | "internal">;
}

/** A network that somebody else makes, and keeps. */
export type ExternalNetwork = Pick<Network, "name" | "dockerName">;

export interface Topology {
  /** Name of the Compose project. */
  readonly project: string;
  readonly services: readonly Service[];
  readonly networks: readonly Network[];
  readonly externalNetworks: readonly ExternalNetwork[];
  readonly volumes: readonly GovernedVolume[];
}
