import type { HostContext } from "../context";
import { filesBelow } from "../git/tree-entries";

/** Names of the migrations that a tree brings, without the end of their files' names (document: phase 7). */
export async function migrationsOf(
  context: HostContext,
  tree: string,
  suffix: string,
): Promise<readonly string[]> {
  const folder = context.application.migrationsFolder;
  const files = await filesBelow(context, tree, [folder]);
  return files
    .map(({ path }) => path.slice(folder.length))
    .filter((name) => name.endsWith(suffix) && !name.includes("/"))
    .map((name) => name.slice(0, -suffix.length));
}
