import type { ApplicationNames } from "../application/application";
import type { StackName, Topology } from "../application/topology";
import type { SealedTexts } from "../application/sealed";
import type { ChangeRequest, Release } from "./wanted";

export interface ObservedContainer {
  readonly id: string;
  /** Of its service: the key in the Compose file. */
  readonly name: string;
  /** As Docker knows it. */
  readonly containerName: string;
  /** That it is on, as Docker knows them. */
  readonly networks: readonly string[];
  readonly running: boolean;
  /** Of one that Docker has not looked at yet, what its own health check says. */
  readonly health: "healthy" | "unhealthy" | "starting" | "none";
  /** Image reference that it was created from. */
  readonly image: string;
  /** What Compose made it of, where Compose did. */
  readonly configHash: string | null;
  /** Label `motovaultpro.stack`, if the container has one. */
  readonly stack: StackName | null;
}

/** What a backup promises; read from its manifest (document: pre-execution backup). */
export interface BackupSummary {
  readonly id: string;
  /** Newest = highest; never a time. */
  readonly sequence: number;
  readonly kind: "preExecution" | "automatic" | "safety" | "imported";
  readonly stack: StackName;
  /** Highest number of a done change when the backup was made. */
  readonly afterChange: number;
  /** Release commit of the live side when the backup was made. */
  readonly commit: string;
  /** Names of the volumes and folders whose content it holds. */
  readonly volumes: readonly string[];
  /** References of the images that it holds. */
  readonly images: readonly string[];
  /** Content id of its untracked files. */
  readonly untracked: string;
  /** Whether its newest verification, of whatever level, found nothing wrong. */
  readonly verified: boolean;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
}

export type ChangeState = "open" | "done" | "failedBack" | "aborted";

export interface ChangeRecord {
  readonly request: ChangeRequest;
  readonly state: ChangeState;
  /** Whether the edge has been asked to move: from then on a change is finished or failed back, not aborted. */
  readonly cutOver: boolean;
  /** Volumes that it began to write, finished or not. */
  readonly written: readonly string[];
  /** Untracked files of the side that it left, by content id. */
  readonly outgoingUntracked: string | null;
  /** Branch (or commit) that the work tree was on when the change began. */
  readonly outgoingBranch: string | null;
  /** Whether the work tree was moved to this change's branch. */
  readonly workTreeMoved: boolean;
}

export interface Recorded {
  /** Over records, rollback/<n> branches and manifests; 0 if there is none. */
  readonly highest: number;
  /** All that can be read, ascending by number. */
  readonly changes: readonly ChangeRecord[];
}

export interface ObservedTag {
  readonly name: string;
  readonly commit: string;
}

export interface ObservedGit {
  /** Commit of HEAD. */
  readonly head: string;
  /** Branch of HEAD, null when detached. */
  readonly branch: string | null;
  /** No change to tracked files outside the protected paths. */
  readonly clean: boolean;
  /** Tags pre-simplification-*. */
  readonly preTags: readonly ObservedTag[];
  /** Commits that refs named in settings, manifests and records resolve to; null if git does not know them. */
  readonly resolved: Readonly<Record<string, string | null>>;
  /** Branches rollback/<n>, highest first, with the commit each was made from and is. */
  readonly rollbackBranches: readonly { readonly number: number; readonly commit: string }[];
  /** Content id of the work tree's untracked files under the phases' paths. */
  readonly untracked: string;
}

export interface LockHolder {
  readonly holder: string;
  readonly host: string;
  readonly pid: number;
  readonly number: number;
  readonly since: string;
  /** False only when the holding process is known to be gone. */
  readonly alive: boolean;
}

/** What is on the host, before any release is assembled. */
export interface Facts {
  /** What is called how in the application. */
  readonly application: ApplicationNames;
  readonly containers: readonly ObservedContainer[];
  /** References of the images on this Docker host. */
  readonly images: readonly string[];
  readonly backups: readonly BackupSummary[];
  readonly recorded: Recorded;
  readonly git: ObservedGit;
  readonly lock: LockHolder | null;
  /** Names of the migrations that the live side's database has; null where nobody could be asked. */
  readonly migrations: readonly string[] | null;
}

/** What `observe()` read once at the start of a run: plain data, nothing decided. */
export interface Observed extends Facts {
  /** Every assembly that the plan can choose, by assemblyKey. */
  readonly releases: Readonly<Record<string, AssembledRelease>>;
  /** Places of the volumes and folders of those releases, and of recorded ones, that exist on this host. */
  readonly volumes: readonly string[];
  /** Docker's names of all networks of this host. */
  readonly networks: readonly string[];
  /**
   * Of a live side that Compose started: services whose containers are not what the work tree's Compose files say. Null where there is
   * no such side, or Compose cannot tell.
   */
  readonly drifted: readonly string[] | null;
  /** Names of containers on this host that do not belong to this application. */
  readonly foreignContainers: readonly string[];
  /** Host ports of those releases that something else than this application listens on. */
  readonly foreignPorts: readonly number[];
  /** Paths that differ between the live release and the one asked for. */
  readonly changedPaths: readonly ChangedPath[];
}

/** A assembly, assembled. */
export interface AssembledRelease {
  readonly release: Release;
  /** What its Compose files say. */
  readonly topology: Topology;
  /** What the texts that the topology has sealed stand for; never recorded. */
  readonly texts: SealedTexts;
  /** Content id of its untracked files. */
  readonly untracked: string;
  /** Paths of the assembly that no commit and no set of untracked files ever had. */
  readonly unknownPaths: readonly string[];
  /** Names of the migrations that its code has. */
  readonly migrations: readonly string[];
}

export interface ChangedPath {
  readonly status: "added" | "modified" | "deleted";
  readonly path: string;
}
