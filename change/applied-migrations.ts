import type { CheckSettings } from "../plan/checks/settings";
import { serviceOf } from "../plan/checks/roles";
import { liveMap } from "../plan/model/history";
import type { Facts } from "../plan/model/observed";
import { linesOf, query } from "../stores/sql";
import type { HostContext } from "../host/context";
import { containerOf } from "../host/docker/containers";

/** Migrations that the live side's database has; null where it is not asked, or does not answer. */
export async function appliedMigrations(
  context: HostContext,
  facts: Facts,
  settings: CheckSettings["migrations"],
): Promise<readonly string[] | null> {
  const live = liveMap(facts);
  if (settings === undefined || live === undefined) return null;
  const database = serviceOf(live.wanted.topology, "database");
  const runs = facts.containers.some(({ name, running }) => name === database?.name && running);
  if (database === undefined || !runs) return null;
  return query(containerOf(context, database), settings.query).then(linesOf, () => null);
}
