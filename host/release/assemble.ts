import type { UntrackedAssembly } from "../../plan/model/wanted";
import type { Release } from "../../plan/model/wanted";
import type { HostContext } from "../context";
import { assembledEntries } from "../untracked/assembled-set";
import { type Overlay, withoutPaths, type WrittenFile } from "./assemble-tree";
import { mountContents, mountId } from "./mounts";
import { withoutTrailingSlash } from "../git/pathspec";
import { resolveCommit } from "../git/resolve-commits";
import { entriesAt } from "../git/tree-entries";

export interface ReleaseInput {
  readonly commit: string;
  /** Paths that take another commit's content, deletions included; a later one counts where two overlap. */
  readonly overlays: readonly Overlay[];
  /** Files that no commit has; default: none. */
  readonly files?: readonly WrittenFile[];
  /** Content id of a saved set, or of what the work tree holds now. */
  readonly untracked: string;
  /** Paths that take another set's files; default: none. */
  readonly untrackedOverlays?: UntrackedAssembly["overlays"];
  /** Folder of each build context, by the built image's name. */
  readonly contexts: Readonly<Record<string, string>>;
  /** Paths that no image is built from: what changes there changes no image; default: none. */
  readonly notBuilt?: readonly string[];
  /** Files and folders that containers mount. */
  readonly mounts: readonly string[];
  readonly protectedPaths: readonly string[];
}

/**
 * Computes the release of a side: its git tree without the protected paths, and the content of everything that is built
 * or mounted from it. Adds git objects, and changes neither the work tree, nor its index, nor HEAD. A folder or mount that
 * the tree does not have is left out.
 */
export async function assembleRelease(context: HostContext, input: ReleaseInput): Promise<Release> {
  const commit = await resolveCommit(context, input.commit);
  const { overlays, files = [], protectedPaths, notBuilt = [] } = input;
  const tree = await withoutPaths(context, commit, protectedPaths, overlays, files);
  const built = notBuilt.length === 0 ? tree : await withoutPaths(context, tree, notBuilt);
  const untracked = await assembledEntries(context, {
    base: input.untracked,
    overlays: input.untrackedOverlays ?? [],
  });
  const mounts = await mountContents(context, tree, untracked, input.mounts);
  const ids = await Promise.all(
    mounts.map(async (content) => [content.path, await mountId(context, content)] as const),
  );
  return {
    commit,
    tree,
    contexts: await contextTrees(context, built, input.contexts),
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
