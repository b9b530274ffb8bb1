import type { Release, UntrackedAssembly } from "../../plan/model/wanted";
import type { HostContext } from "../context";
import { assembledEntries } from "../untracked/assembled-set";
import { type Overlay, withoutPaths, type WrittenFile } from "./assemble-tree";
import { mountContents, mountId } from "./mounts";
import { withoutTrailingSlash } from "../git/pathspec";
import { resolveCommit } from "../git/resolve-commits";
import { entriesAt } from "../git/tree-entries";

export interface TreeInput {
  readonly commit: string;
  /** Paths that take another commit's content, deletions included; a later one counts where two overlap. */
  readonly overlays: readonly Overlay[];
  /** Files that no commit has. */
  readonly files: readonly WrittenFile[];
  readonly protectedPaths: readonly string[];
}

/** The git tree of a side's release, without the protected paths. Adds git objects, and changes nothing else. */
export async function assembledTree(context: HostContext, input: TreeInput): Promise<string> {
  const { commit, overlays, files, protectedPaths } = input;
  return withoutPaths(
    context,
    await resolveCommit(context, commit),
    protectedPaths,
    overlays,
    files,
  );
}

export interface ReleaseInput {
  readonly commit: string;
  /** Without the protected paths. */
  readonly tree: string;
  /** Content id of a saved set, or of what the work tree holds now. */
  readonly untracked: string;
  /** Paths that take another set's files; default: none. */
  readonly untrackedOverlays?: UntrackedAssembly["overlays"];
  /** Folders that images are built from. */
  readonly contexts: readonly string[];
  /** Paths that no image is built from: what changes there changes no image; default: none. */
  readonly notBuilt?: readonly string[];
  /** Files and folders that containers mount. */
  readonly mounts: readonly string[];
}

/**
 * Computes the release of a side: the content of everything that is built or mounted from its tree. Adds git objects, and changes
 * neither the work tree, nor its index, nor HEAD. A folder or mount that the tree does not have is left out.
 */
export async function assembleRelease(context: HostContext, input: ReleaseInput): Promise<Release> {
  const commit = await resolveCommit(context, input.commit);
  const { tree, notBuilt = [] } = input;
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
  folders: readonly string[],
): Promise<Record<string, string>> {
  const entries = await entriesAt(context, tree, folders);
  const trees = new Map(entries.filter((e) => e.kind === "tree").map((e) => [e.path, e.id]));
  return Object.fromEntries(
    folders.flatMap((folder) => {
      const id = trees.get(withoutTrailingSlash(folder));
      return id === undefined ? [] : [[folder, id] as const];
    }),
  );
}
