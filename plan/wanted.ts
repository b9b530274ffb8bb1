import type { ChosenSource } from "./source";
import type { StackName } from "./topology";

/** The code that a side runs: one git tree and what containers build and mount from it, each named by content. */
export interface Release {
  /** Commit whose tree was taken. */
  readonly commit: string;
  /** Composed tree id, computed without the protected paths. */
  readonly tree: string;
  /** Tree id of each build context, by the built image's name. */
  readonly contexts: Readonly<Record<string, string>>;
  /** Content id of each mounted path (tracked and untracked files together), by the path. */
  readonly mounts: Readonly<Record<string, string>>;
}

/** Untracked and ignored files under the phases' paths (.env, secrets): never git's, put in place by us. */
export interface UntrackedFiles extends ChosenSource {
  /** Keyed hash over paths, modes and contents; the set is stored under this name. */
  readonly contentId: string;
}

/** Everything that a run must reach; compared with what is recorded, without numbers. */
export interface Wanted {
  readonly stack: StackName;
  /** Phases that are rolled back on this map, ascending. */
  readonly rolledBackPhases: readonly number[];
  readonly release: Release;
  readonly untracked: UntrackedFiles;
  /** By the governed volume's unprefixed name. */
  readonly volumes: Readonly<Record<string, ChosenSource>>;
  /** Image reference of each service, by the service's name: a registry name, or `<prefix><image>:<content id>`. */
  readonly images: Readonly<Record<string, string>>;
  /** Host port by its name. */
  readonly ports: Readonly<Record<string, number>>;
}

/** How a change goes about reaching the map; stored so that a repeated run sends the verbs the same words. */
export type ChangeKind = "first" | "switch" | "inPlace" | "repair" | "adopt";

/** Settings that count for the change that they begin and mean nothing later. */
export interface OneTimeSettings {
  readonly backup?: string;
  readonly dataSource?: "backup" | "asLeft" | "live";
  readonly restore?: string;
  readonly allowEmpty?: readonly string[];
  /** Restores take a file whose size, time, mode and owner are the backup's for equal, without reading it. */
  readonly trustMtime?: boolean;
  /** Names of checks whose failure does not hold the change up. */
  readonly accept?: readonly string[];
  readonly reason?: string;
}

/** The settings that a change was begun with; an interrupted change goes on only under the same ones. */
export interface RequestSettings extends OneTimeSettings {
  readonly preRef?: string;
  readonly simplifiedRef?: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly images: Readonly<Record<string, string>>;
}

/** One change, as it is begun, sent to the verbs and stored in its record. */
export interface ChangeRequest {
  readonly number: number;
  readonly kind: ChangeKind;
  readonly stack: StackName;
  /** The side that was live when the change began. */
  readonly from: StackName | null;
  readonly wanted: Wanted;
  readonly settings: RequestSettings;
  /** The live side's map, when no record knew it: recorded first, under the number before this one. */
  readonly adopts?: Wanted;
  /** Existing volumes that will be overwritten, and so are snapshotted first. */
  readonly overwrites: readonly string[];
  /** Whether the change backs the live side up before it leaves it (under automaticBackupId); always if it carries. */
  readonly backsUpFirst: boolean;
}
