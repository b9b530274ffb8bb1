import type { HostContext } from "../context";
import { filesBelow } from "../git/tree-entries";

const MIGRATIONS = "backend/src/_system/migrations/";

/** Names of the migrations that a tree brings, without the end of their files' names (document: phase 7). */
export async function migrationsOf(
  context: HostContext,
  tree: string,
  suffix: string,
): Promise<readonly string[]> {
  const files = await filesBelow(context, tree, [MIGRATIONS]);
  return files
    .map(({ path }) => path.slice(MIGRATIONS.length))
    .filter((name) => name.endsWith(suffix) && !name.includes("/"))
    .map((name) => name.slice(0, -suffix.length));
}
