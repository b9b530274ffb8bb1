import {
  type Description,
  documentationPaths,
  edgeNames,
  phaseNumbers,
  untrackedPaths,
} from "./description";
import type { ImageNames } from "./images";
import {
  type BuiltImage,
  type GovernedVolume,
  type Network,
  type Service,
  STACK_NAMES,
  type StackName,
  type Topology,
} from "./topology";

/** One whole end of the scale, as the application's Compose file of that side has it. */
export interface Side {
  readonly services: readonly Service[];
  readonly networks: readonly Network[];
}

/** What topologies are made of. */
export interface Sides {
  readonly description: Description;
  readonly sides: Readonly<Record<StackName, Side>>;
}

/** An application: what its description says, and what Compose says of its two sides; plain data. */
export interface Application extends Sides {
  /** The topology of each stack without flags: the two ends of the scale. */
  readonly ends: Readonly<Record<StackName, Topology>>;
  /** Images that are built from the application's release. */
  readonly builtImages: readonly BuiltImage[];
  /** The official image of each key, where config `images` names no other. */
  readonly imageDefaults: ImageNames;
}

/** What of an application the verbs need to know: sent with each of them, so small. */
export interface ApplicationNames {
  /** The edge of each stack; a running one tells which side is live. */
  readonly edges: Readonly<Record<StackName, string>>;
  /** Every service of each whole side. */
  readonly services: Readonly<Record<StackName, readonly string[]>>;
  /** By role: the service's name on the earlier side, where that has it. */
  readonly roles: Description["roles"];
  /** Every network of each whole side. */
  readonly networks: Readonly<Record<StackName, readonly Network[]>>;
  /** Every volume and folder that a service of either side writes, databases before object stores. */
  readonly stores: readonly GovernedVolume[];
  readonly builtImages: readonly BuiltImage[];
  /** Every path of a release that some container of either side mounts. */
  readonly mountedPaths: readonly string[];
  /** Volume of each archive that the document's own commands write: `<name>-backup-YYYYMMDD.tar.gz`. */
  readonly archives: Readonly<Record<string, string>>;
  /** What no git operation of a rollback touches: the trace of rollbacks, and live data. */
  readonly protectedPaths: readonly string[];
  /** Where untracked files belong to a state of the application. */
  readonly untrackedPaths: readonly string[];
  /** Documentation, wherever it lies, is in no image. */
  readonly documentationPaths: readonly string[];
  /** Where the code has its migrations; ends with a slash. */
  readonly migrationsFolder: string;
  /** The path at which the edge answers 200 only when the application works. */
  readonly probePath: string;
  /** Where every change is written down for people, relative to the repository. */
  readonly rollbackLog: string;
  /** Numbers of all phases, ascending. */
  readonly phases: readonly number[];
}

export function namesOf({ description, sides, builtImages }: Application): ApplicationNames {
  const byStack = <T>(value: (stack: StackName) => T): Record<StackName, T> =>
    Object.fromEntries(STACK_NAMES.map((stack) => [stack, value(stack)])) as Record<StackName, T>;
  const services = byStack((stack) => sides[stack].services.map(({ name }) => name));
  const mounts = STACK_NAMES.flatMap((stack) =>
    sides[stack].services.flatMap((each) => each.mounts),
  );
  return {
    edges: edgeNames(description),
    services,
    roles: description.roles,
    networks: byStack((stack) => sides[stack].networks),
    stores: storesOf(description),
    builtImages,
    mountedPaths: [...new Set(mounts.map(({ path }) => path))],
    archives: description.archives,
    protectedPaths: description.protected,
    untrackedPaths: untrackedPaths(description),
    documentationPaths: documentationPaths(description),
    migrationsFolder: description.migrationsFolder,
    probePath: description.probe.path,
    rollbackLog: description.rollbackLog,
    phases: phaseNumbers(description),
  };
}

/** Every volume and folder that a service of either side writes, with the one of the other side that holds the same data. */
export function storesOf({ stores, counterparts }: Description): readonly GovernedVolume[] {
  const pairs = Object.entries(counterparts.volumes);
  return Object.entries(stores).map(([name, data]) => {
    const kind = data === "documents" ? "folder" : "volume";
    const counterpart = pairs
      .find((pair) => pair.includes(name))
      ?.find((candidate) => candidate !== name);
    return { name, kind, data, ...(counterpart === undefined ? {} : { counterpart }) };
  });
}
