import { UNTRACKED_PATHS } from "../../plan/phases";
import type { Release } from "../../plan/wanted";
import type { HostContext } from "../context";
import { contentId } from "../untracked/content-id";
import { readSavedSet, requireSavedSet } from "../untracked/saved-set";
import type { UntrackedEntry } from "../untracked/read-entry";
import { workTreeFiles } from "../untracked/work-tree-files";
import { type Overlay, withoutPaths } from "./compose-tree";
import { mountContents, mountId } from "./mounts";
import { withoutTrailingSlash } from "./pathspec";
import { resolveCommit } from "./resolve-commits";
import { entriesAt } from "./tree-entries";

export interface ReleaseInput {
  readonly commit: string;
  /** Paths that take another commit's content, deletions included; a later one counts where two overlap. */
  readonly overlays: readonly Overlay[];
  /** Content id of a saved set, or of what the work tree holds now. */
  readonly untracked: string;
  /** Folder of each build context, by the built image's name. */
  readonly contexts: Readonly<Record<string, string>>;
  /** Files and folders that containers mount. */
  readonly mounts: readonly string[];
  readonly protectedPaths: readonly string[];
}

/**
 * Computes the release of a side: its git tree without the protected paths, and the content of everything that is built
 * or mounted from it. Adds git objects, and changes neither the work tree, nor its index, nor HEAD. A folder or mount that
 * the tree does not have is left out.
 */
export async function composeRelease(context: HostContext, input: ReleaseInput): Promise<Release> {
  const commit = await resolveCommit(context, input.commit);
  const tree = await withoutPaths(context, commit, input.protectedPaths, input.overlays);
  const untracked = await untrackedOf(context, input.untracked);
  const mounts = await mountContents(context, tree, untracked, input.mounts);
  const ids = await Promise.all(
    mounts.map(async (content) => [content.path, await mountId(context, content)] as const),
  );
  return {
    commit,
    tree,
    contexts: await contextTrees(context, tree, input.contexts),
    mounts: Object.fromEntries(ids),
  };
}

async function contextTrees(
  context: HostContext,
  tree: string,
  folders: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const entries = await entriesAt(context, tree, Object.values(folders));
  const trees = new Map(entries.filter((e) => e.kind === "tree").map((e) => [e.path, e.id]));
  return Object.fromEntries(
    Object.entries(folders).flatMap(([name, folder]) => {
      const id = trees.get(withoutTrailingSlash(folder));
      return id === undefined ? [] : [[name, id] as const];
    }),
  );
}

/** A preview computes the release of files that no change has saved yet. */
async function untrackedOf(context: HostContext, id: string): Promise<readonly UntrackedEntry[]> {
  const saved = await readSavedSet(context, id);
  if (saved !== null) return saved.listing.entries;
  const present = await workTreeFiles(context, UNTRACKED_PATHS);
  if ((await contentId(context, present)) === id) return present;
  return (await requireSavedSet(context, id)).listing.entries;
}
