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

export function otherStack(stack: StackName): StackName {
  return stack === "simplified" ? "pre-simplification" : "simplified";
}

/** Images that come from a registry, by the key under which config `images` names them. */
export const THIRD_PARTY_IMAGES = ["postgres", "redis", "minio", "traefik"] as const;
export type ThirdPartyImage = (typeof THIRD_PARTY_IMAGES)[number];

/** Images that are built from a folder of the application's release. */
export interface BuiltImage {
  readonly name: string;
  /** Build context, relative to the application's repository. */
  readonly context: string;
}

export type ServiceImage =
  | { readonly kind: "thirdParty"; readonly image: ThirdPartyImage }
  | { readonly kind: "built"; readonly image: BuiltImage["name"] };

/** A path of the release that a container reads, always read-only. */
export interface ReleaseMount {
  /** Relative to the application's repository; a file or a folder. */
  readonly path: string;
  readonly target: string;
}

/** How the data of a governed volume is read consistently (document: pre-execution backup, steps 3 and 4). */
export const DATA_KINDS = ["postgres", "redis", "minio", "documents"] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/** A Docker volume, or a folder of the application's repository, that services write. */
export interface GovernedVolume {
  /** Unprefixed Docker volume name, or the folder relative to the repository. */
  readonly name: string;
  readonly kind: "volume" | "folder";
  readonly data: DataKind;
  /** The volume of the other topology that holds the same data, if there is one. */
  readonly counterpart?: string;
}

export interface VolumeMount {
  readonly volume: string;
  readonly target: string;
}

export interface HealthCheck {
  readonly test: readonly string[];
}

export const PORT_NAMES = ["http", "https", "dashboard"] as const;
export type PortName = (typeof PORT_NAMES)[number];
/** Host port by its name. */
export type HostPorts = Readonly<Record<PortName, number>>;

export interface PublishedPort {
  readonly name: PortName;
  readonly container: number;
}

export interface Service {
  /** Unprefixed container name; also the first network alias. */
  readonly name: string;
  /** Further names under which other services find it: those that the other topology's code uses. */
  readonly aliases: readonly string[];
  /** What it does, whatever it is called on its side; null where no check asks for it by that. */
  readonly role: Role | null;
  readonly image: ServiceImage;
  readonly command?: readonly string[];
  /** Never secret: secrets are mounted files. */
  readonly environment: Readonly<Record<string, string>>;
  /** Unprefixed network names. */
  readonly networks: readonly string[];
  readonly mounts: readonly ReleaseMount[];
  readonly volumes: readonly VolumeMount[];
  /** Unset where the image brings its own. */
  readonly healthCheck?: HealthCheck;
  /** On which other services reach it. */
  readonly port: number;
  /** Only the edge publishes host ports. */
  readonly ports: readonly PublishedPort[];
  /** Services that this one needs; data for validation and ordering of backups, not for start order. */
  readonly dependsOn: readonly string[];
  /** edge: moving it is the cutover; selfActing: works on its own, started only after the cutover. */
  readonly startPolicy: "edge" | "selfActing" | "ordinary";
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopSeconds: number;
}

export interface Network {
  /** Unprefixed Docker network name. */
  readonly name: string;
  readonly internal: boolean;
}

export interface Topology {
  readonly services: readonly Service[];
  readonly networks: readonly Network[];
  readonly volumes: readonly GovernedVolume[];
}
