import { assembledTree, assembleRelease, type TreeInput } from "../../host/release/assemble";
import type { ReleaseInput } from "../../host/release/assemble";
import type { HostContext } from "../../host/context";
import type { Release } from "../../plan/model/wanted";

type Input = Pick<TreeInput, "commit" | "protectedPaths"> &
  Partial<Pick<TreeInput, "overlays">> &
  Omit<ReleaseInput, "commit" | "tree">;

/** What a commit is assembled to, with some paths of others. */
export async function assembleCommit(context: HostContext, input: Input): Promise<Release> {
  const { commit, overlays = [], protectedPaths, ...rest } = input;
  const tree = await assembledTree(context, { commit, overlays, files: [], protectedPaths });
  return assembleRelease(context, { commit, tree, ...rest });
}
