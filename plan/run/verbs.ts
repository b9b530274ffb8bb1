import type { ComposeSettings } from "../application/compose-model";
import { type ApplicationNames, namesOf } from "../application/application";
import type { GovernedVolume, StackName } from "../application/topology";
import type { CheckSettings } from "../checks/settings";
import type { ChosenSource } from "../model/source";
import type { ChangeRequest, Release } from "../model/wanted";
import type { Settings } from "../settings/settings";

/** Where every verb works; the same for each run on a host, so never a reason to run again. */
export interface VerbContext {
  /** The application's git repository, absolute. */
  readonly repository: string;
  /** Backups, records, exported releases: one per Docker host, absolute, outside every clone. */
  readonly stateDirectory: string;
  /** What Compose reads of a release. */
  readonly compose: ComposeSettings;
  /** Image with GNU tar and zstd; volumes are mounted into it. */
  readonly helperImage: string;
  /** What is called how in the application, and where it keeps things. */
  readonly application: ApplicationNames;
}

export function verbContext(settings: Settings): VerbContext {
  const { repository, stateDirectory, compose, helperImage } = settings;
  const application = namesOf(settings.description);
  return { repository, stateDirectory, compose, helperImage, application };
}

/**
 * What each verb of `rollback run` reads on standard input, beside its context: wanted values only, nothing observed. A change's
 * request is sent once, to `begin`, which records it; later verbs are told its number.
 */
export interface VerbInputs {
  readonly begin: {
    readonly request: ChangeRequest;
    /** What the validation is told of the application: the outgoing side is looked at first. */
    readonly checks: CheckSettings;
  };
  /** Names that the topology needs, as Docker knows them. */
  readonly freeNames: {
    readonly stack: StackName;
    /** Whether containers that hold them may be stopped and renamed. */
    readonly takeOver: boolean;
    readonly edge: string;
    readonly containers: readonly string[];
    readonly networks: readonly string[];
  };
  readonly release: {
    readonly release: Release;
    readonly number: number;
    readonly stack: string;
    readonly reason: string | null;
  };
  readonly volume: {
    readonly volume: GovernedVolume;
    readonly chosen: ChosenSource;
    /** The bucket that an object store has the application's documents in. */
    readonly bucket: string;
    /** Image that a scratch object store runs on while documents are exported from a backup of one; null where none is known. */
    readonly objectStoreImage: string | null;
    /** Whether a restore may take files for equal without reading them. */
    readonly trustMtime: boolean;
  };
  readonly sync: {
    readonly number: number;
    /** The bucket that an object store has the application's documents in. */
    readonly bucket: string;
  };
  readonly switch: {
    readonly number: number;
    /** The bucket that an object store has the application's documents in. */
    readonly bucket: string;
    /** Emergency contacts by role, for the log. */
    readonly contacts: Readonly<Record<string, string>>;
    readonly checks: CheckSettings;
    /** Names of checks whose failure does not hold the change up. */
    readonly accept: readonly string[];
  };
}

/** The verbs of `rollback run` that command resources call. */
export type Verb = keyof VerbInputs;
