import {
  type Description,
  documentationPaths,
  edgeNames,
  phaseNumbers,
  untrackedPaths,
} from "./description";
import { withoutUndefined } from "../mapping";
import type { EdgeProbe } from "./edge-address";
import type { StackName, Store } from "./topology";

/** What of an application the verbs need to know: sent with each of them, so small. */
export interface ApplicationNames {
  /** The edge of each stack; a running one tells which side is live. */
  readonly edges: Readonly<Record<StackName, string>>;
  /** Every service of the whole earlier side, as the document lists them. */
  readonly earlierServices: readonly string[];
  /** By role: the service's name on the earlier side, where that has it. */
  readonly roles: Description["roles"];
  /** Every volume and folder that a service of either side writes, databases before object stores. */
  readonly stores: readonly Store[];
  /** Volume of each archive that the document's own commands write: `<name>-backup-YYYYMMDD.tar.gz`. */
  readonly archives: Readonly<Record<string, string>>;
  /** What no git operation of a rollback touches: the trace of rollbacks, and live data. */
  readonly protectedPaths: readonly string[];
  /** Where untracked files belong to a state of the application. */
  readonly untrackedPaths: readonly string[];
  /** Documentation, wherever it lies, is in no image. */
  readonly documentationPaths: readonly string[];
  /** Files of the code that are migrations; `*` stands for one name or part of one. */
  readonly migrations: string;
  readonly probe: EdgeProbe;
  /** Where every change is written down for people, relative to the repository. */
  readonly rollbackLog: string;
  /** Numbers of all phases, ascending. */
  readonly phases: readonly number[];
}

export function namesOf(description: Description): ApplicationNames {
  return {
    edges: edgeNames(description),
    earlierServices: description.phases.find(({ effect }) => effect?.whole)?.services ?? [],
    roles: description.roles,
    stores: storesOf(description),
    archives: description.archives,
    protectedPaths: description.protected,
    untrackedPaths: untrackedPaths(description),
    documentationPaths: documentationPaths(description),
    migrations: description.migrations,
    probe: probeOf(description),
    rollbackLog: description.rollbackLog,
    phases: phaseNumbers(description),
  };
}

function probeOf({ probe: { path, host, tls, contains } }: Description): EdgeProbe {
  const hosts =
    typeof host === "string" ? { "pre-simplification": host, simplified: host } : (host ?? {});
  return { path, hosts, ...withoutUndefined({ tls, contains }) };
}

/** Every volume and folder that a service of either side writes, with the one of the other side that holds the same data. */
export function storesOf({ stores, counterparts }: Description): readonly Store[] {
  const pairs = Object.entries(counterparts.volumes);
  return Object.entries(stores).map(([name, data]) => {
    const kind = data === "documents" ? "folder" : "volume";
    const counterpart = pairs
      .find((pair) => pair.includes(name))
      ?.find((candidate) => candidate !== name);
    return { name, kind, data, ...(counterpart === undefined ? {} : { counterpart }) };
  });
}
