import type { HostContext } from "../context";
import { excludePathspec, includePathspec } from "../git/pathspec";
import { records, runGit } from "../git/run-git";
import { ProblemsError } from "../../plan/problem";
import { objectFormat } from "../git/object-format";
import { readEntry, refuseLinksOut, type UntrackedEntry } from "./read-entry";

/** End of the name of a file that is being put in place; never part of a set. */
export const PART_SUFFIX = ".rollback-part";

/** The work tree's files and links under these paths that git does not track, ignored ones included, by path. */
export async function workTreeFiles(
  context: HostContext,
  paths: readonly string[],
): Promise<UntrackedEntry[]> {
  const format = await objectFormat(context);
  const entries: UntrackedEntry[] = [];
  for (const path of await untrackedPaths(context, paths)) {
    const entry = await readEntry(format, context.repository, path);
    if (entry !== null) entries.push(entry);
  }
  const links = entries.flatMap(({ path, target }) => (target === null ? [] : [{ path, target }]));
  refuseLinksOut(context, links);
  return entries;
}

async function untrackedPaths(context: HostContext, paths: readonly string[]): Promise<string[]> {
  // Without a path git would list the whole work tree.
  if (paths.length === 0) return [];
  const pathspecs = [
    ...paths.map(includePathspec),
    ...context.application.protectedPaths.map(excludePathspec),
  ];
  const found = records(await runGit(context, ["ls-files", "--others", "-z", "--", ...pathspecs]));
  const repositories = found.filter((path) => path.endsWith("/"));
  if (repositories.length > 0) throw repositoriesInside(repositories);
  return found.filter((path) => !path.endsWith(PART_SUFFIX)).sort();
}

function repositoriesInside(paths: readonly string[]): ProblemsError {
  return new ProblemsError(
    "read the untracked files",
    paths.map((path) => ({
      subject: `folder "${path}"`,
      what: "is a git repository of its own",
      advice: ["its files cannot be saved with the application's; move it out of the repository"],
    })),
  );
}
