import type { ChosenSource } from "./source";
import type { HostPorts, Service, StackName, Topology } from "../application/topology";

/** The code that a side runs: one git tree and what containers build and mount from it, each named by content. */
export interface Release {
  /** Commit whose tree was taken, but for the paths of the phases that are rolled back. */
  readonly commit: string;
  /** Assembled tree id, computed without the protected paths. */
  readonly tree: string;
  /** Tree id of each build context, by its path. */
  readonly contexts: Readonly<Record<string, string>>;
  /** Content id of each mounted path (tracked and untracked files together), by the path. */
  readonly mounts: Readonly<Record<string, string>>;
}

/** Commits that a release was assembled of; once resolved they stay, whatever happens to the refs that named them. */
export interface Refs {
  readonly earlier: string | null;
  readonly simplified: string | null;
  /** Config `phaseRefs`, by the phase's number. */
  readonly phases: Readonly<Record<string, string>>;
}

/** A saved set of untracked files, with some paths taken from other sets. */
export interface UntrackedAssembly {
  readonly base: string;
  readonly overlays: readonly { readonly path: string; readonly contentId: string }[];
}

/** Untracked and ignored files under the phases' paths (.env, secrets): never git's, put in place by us. */
export interface UntrackedFiles extends ChosenSource {
  /** Keyed hash over paths, modes and contents; the set is stored under this name. */
  readonly contentId: string;
  /** The sets that it is put together from; unset: it is one that is saved as a whole. */
  readonly assembledOf?: UntrackedAssembly;
}

/** Everything that a run must reach; compared with what is recorded, without numbers. */
export interface Wanted {
  readonly stack: StackName;
  /** Phases that are rolled back on this map, ascending. */
  readonly rolledBackPhases: readonly number[];
  /** The scenario whose paths are rolled back (document: partial rollback scenarios). */
  readonly scenario: string | null;
  /** Services, networks and volumes, as the release's Compose files say them. */
  readonly topology: Topology;
  readonly release: Release;
  readonly refs: Refs;
  readonly untracked: UntrackedFiles;
  /** By the governed volume's name. */
  readonly volumes: Readonly<Record<string, ChosenSource>>;
  /** Image reference of each service, by the service's name: of a registry, or `<name>:<content id>`. */
  readonly images: Readonly<Record<string, string>>;
  readonly ports: HostPorts;
}

/** The image reference of a service. @throws Error where the map has none */
export function imageOf({ images }: Pick<Wanted, "images">, { name }: Service): string {
  const reference = images[name];
  if (reference === undefined) throw new Error(`there is no image for ${name}`);
  return reference;
}

/** How a change goes about reaching the map; stored so that a repeated run sends the verbs the same words. */
export type ChangeKind = "first" | "switch" | "inPlace" | "repair" | "adopt";

/** Where what a side brings in has its content from: a backup, what its volumes hold already, or the live side. */
export const DATA_SOURCES = ["backup", "existing", "live"] as const;
export type DataSource = (typeof DATA_SOURCES)[number];

/** Settings that count for the change that they begin and mean nothing later. */
export interface OneTimeSettings {
  readonly backup?: string;
  readonly dataSource?: DataSource;
  /** Of single volumes, by name, whatever the others come from. */
  readonly volumes?: Readonly<Record<string, { readonly source: DataSource }>>;
  readonly restore?: string;
  readonly allowEmpty?: readonly string[];
  /** Restores take a file whose size, time, mode and owner are the backup's for equal, without reading it. */
  readonly trustMtime?: boolean;
  /** Names of checks whose failure does not hold the change up. */
  readonly accept?: readonly string[];
  readonly reason?: string;
  /** Phase 7: the database comes from the backup, because what is in it is corrupted. */
  readonly restoreDatabase?: boolean;
  /** Whether data may hold migrations that the code does not know. */
  readonly acceptSchema?: boolean;
  /** Containers that somebody else started, or that the stack's state does not know, may be stopped and replaced. */
  readonly takeOver?: boolean;
  /** `none`: what is overwritten is not saved first, because the disk is full. */
  readonly safety?: "none";
}

/** Their keys. */
export const ONE_TIME_KEYS = [
  "backup",
  "dataSource",
  "volumes",
  "restore",
  "allowEmpty",
  "trustMtime",
  "restoreDatabase",
  "acceptSchema",
  "takeOver",
  "safety",
  "accept",
  "reason",
] as const;

/** The settings that a change was begun with; an interrupted change goes on only under the same ones. */
export interface RequestSettings extends OneTimeSettings {
  readonly preRef?: string;
  readonly simplifiedRef?: string;
  readonly phaseRefs: Readonly<Record<string, string>>;
  readonly rolledBackPhases: readonly number[];
  readonly scenario: string | null;
}

/** Archives of one backup, by the names of the volumes that they hold. */
export interface BackupArchives {
  readonly backup: string;
  readonly volumes: readonly string[];
}

/** One change, as it is begun, sent to the verbs and stored in its record. */
export interface ChangeRequest {
  readonly number: number;
  readonly kind: ChangeKind;
  readonly stack: StackName;
  /** The side that was live when the change began. */
  readonly from: StackName | null;
  /** The map of that side; null where none was live. */
  readonly live: Wanted | null;
  readonly wanted: Wanted;
  readonly settings: RequestSettings;
  /** The record of the live side, when none knew it: written first, under the number before this one. */
  readonly adopts: ChangeRequest | null;
  /** Name of the edge that this one takes the host ports over from, and that takes them back if it fails; null where there is none. */
  readonly outgoingEdge: string | null;
  /** Archives that it restores, which have to be whole before anything is touched. */
  readonly verify: readonly BackupArchives[];
  /** Existing volumes that will be overwritten, and so are snapshotted first. */
  readonly overwrites: readonly string[];
  /** Image of the object store that has or had the application's documents; null where none is known. */
  readonly objectStoreImage: string | null;
  /** Whether the change backs the live side up before it leaves it (under automaticBackupId); always if it syncs. */
  readonly backsUpFirst: boolean;
  /** Whether it brings code, so that the team's work tree follows; a repair and an adoption leave the code as it is. */
  readonly bringsRelease: boolean;
  /** Whether the live side is somebody else's, as Compose's: it gets a record, and none of its containers is touched. */
  readonly recordOnly: boolean;
}
