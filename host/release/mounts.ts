import type { HostContext } from "../context";
import { type ContentEntry, contentId } from "../untracked/content-id";
import { refuseLinksOut, type UntrackedEntry } from "../untracked/read-entry";
import { liesBelow } from "../../plan/release/paths";
import { ProblemsError } from "../../plan/problem";
import { withoutTrailingSlash } from "../git/pathspec";
import { blobText, filesBelow, type TreeEntry } from "../git/tree-entries";

/** What a container sees at a mounted path: what git tracks there, and the untracked files beside it. */
export interface MountContent {
  readonly path: string;
  readonly tracked: readonly TreeEntry[];
  /** Without those whose path git tracks: there git's content counts. */
  readonly untracked: readonly UntrackedEntry[];
}

/** The contents of mounted paths; paths that hold neither tracked nor untracked files are left out. */
export async function mountContents(
  context: HostContext,
  tree: string,
  untracked: readonly UntrackedEntry[],
  paths: readonly string[],
): Promise<MountContent[]> {
  const tracked = await filesBelow(context, tree, paths);
  const known = new Set(tracked.map((entry) => entry.path));
  const contents = paths.map((path) => ({
    path,
    tracked: tracked.filter((entry) => liesBelow(path, entry.path)),
    untracked: untracked.filter((entry) => liesBelow(path, entry.path) && !known.has(entry.path)),
  }));
  const found = contents.filter(({ tracked, untracked }) => tracked.length + untracked.length > 0);
  for (const content of found) await refuseLinks(context, content);
  return found;
}

/** The name of a mount: two mounts of one name hold the same files, byte by byte and with the same permissions. */
export async function mountId(context: HostContext, content: MountContent): Promise<string> {
  const tracked: ContentEntry[] = content.tracked.map(({ path, mode, id }) => ({
    path,
    mode,
    digest: id,
  }));
  return contentId(context, [...tracked, ...content.untracked]);
}

async function refuseLinks(context: HostContext, content: MountContent): Promise<void> {
  const links = await Promise.all(
    content.tracked
      .filter((entry) => entry.mode === "120000")
      .map(async (entry) => ({ path: entry.path, target: await blobText(context, entry) })),
  );
  refuseLinksOut(context, links);
  const path = withoutTrailingSlash(content.path);
  const all = [...content.tracked, ...content.untracked];
  if (all.some((entry) => entry.path === path && entry.mode === "120000")) {
    const advice = ["Docker would mount what it points to; put the file or folder itself there"];
    throw new ProblemsError("assemble the release", [
      { subject: `mounted path "${path}"`, what: "is a link", advice },
    ]);
  }
}
