import type { Check, CheckKind } from "../plan/checks/check";
import type { Role } from "../plan/application/topology";
import { serviceOf, wordOfRole } from "../plan/checks/roles";
import type { CheckSettings } from "../plan/checks/settings";
import type { Service, Topology } from "../plan/application/topology";
import type { Wanted } from "../plan/model/wanted";
import type { HostContext } from "../host/context";

/** The side that is validated, and what its runners share. */
export interface CheckScene {
  readonly context: HostContext;
  readonly topology: Topology;
  readonly wanted: Wanted;
  readonly settings: CheckSettings;
  /** ISO 8601 on the Docker host's clock: logs before it do not count; null: all logs count. */
  readonly since: string | null;
  /** Commit of the earlier state; null where none is known. */
  readonly earlierCommit: string | null;
  /** A token of `checks.login`, fetched once. */
  readonly token: () => Promise<string>;
}

/** What a runner found out. */
export interface Finding {
  readonly passed: boolean;
  readonly found: string;
  /** Where it can say more exactly than the check itself what was expected. */
  readonly expected?: string;
}

/** Looks once. `signal` ends it at the deadline; an error that it throws is what was found. */
export type Runner<K extends CheckKind> = (
  scene: CheckScene,
  check: Check<K>,
  signal: AbortSignal,
) => Promise<Finding>;

/** A list as a finding: what is wrong, the first few of it, or what was seen when nothing is. */
export function findingOf(looks: readonly (string | null)[], seen: string): Finding {
  const problems = looks.filter((problem) => problem !== null);
  if (problems.length === 0) return { passed: true, found: seen };
  const more = problems.length > 3 ? ` and ${problems.length - 3} more` : "";
  return { passed: false, found: `${problems.slice(0, 3).join("; ")}${more}` };
}

/** The service that has a role on this side. @throws Error when this side has none. */
export function requireService(scene: CheckScene, role: Role): Service {
  const service = serviceOf(scene.topology, role);
  if (service === undefined) throw new Error(`${wordOfRole(role)} is not part of this side`);
  return service;
}
