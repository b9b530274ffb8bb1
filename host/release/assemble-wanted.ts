import { type MergedComposeFile, type Assembly } from "../../plan/release/assembly";
import { COMPOSE_FILE } from "../../plan/application/compose-model";
import { mergeComposeFiles } from "../../plan/compose/merge/merge";
import type { AssembledRelease } from "../../plan/model/observed";
import { liesBelow } from "../../plan/release/paths";
import { messageOf, ProblemsError } from "../../plan/problem";
import type { Topology } from "../../plan/application/topology";
import type { Settings } from "../../plan/settings/settings";
import type { HostContext } from "../context";
import { assembledEntries } from "../untracked/assembled-set";
import { contentId } from "../untracked/content-id";
import { assembledTree, assembleRelease } from "./assemble";
import { readTopology } from "./read-topology";
import type { WrittenFile } from "./assemble-tree";
import { migrationsOf } from "./migrations";
import { includePathspec } from "../git/pathspec";
import { records, runGit } from "../git/run-git";
import { blobText, entriesAt } from "../git/tree-entries";

/** Composes what a plan may choose, and reads its Compose files; adds git objects and changes nothing else. */
export async function assembleWanted(
  context: HostContext,
  settings: Settings,
  assembly: Assembly,
): Promise<AssembledRelease> {
  const { commit, overlays, composeFile, untracked } = assembly;
  const { documentationPaths, protectedPaths } = context.application;
  const tree = await assembledTree(context, {
    commit,
    overlays,
    files: composeFile === null ? [] : [await mergedFile(context, settings, composeFile)],
    protectedPaths,
  });
  const { topology, texts } = await readTopology(context, settings, { tree, untracked });
  const release = await assembleRelease(context, {
    ...{ commit, tree },
    untracked: untracked.base,
    untrackedOverlays: untracked.overlays,
    contexts: contextsOf(topology),
    notBuilt: documentationPaths,
    mounts: mountsOf(topology),
  });
  const entries = await assembledEntries(context, untracked);
  return {
    release,
    topology,
    texts,
    untracked: await contentId(context, entries),
    unknownPaths: await unknownPaths(context, assembly),
    migrations: await migrationsOf(context, release.tree),
  };
}

/** Folders that images are built from. */
function contextsOf({ services }: Topology): readonly string[] {
  return [
    ...new Set(
      services.flatMap(({ image }) => (image.kind === "built" ? [image.build.context] : [])),
    ),
  ];
}

/** Paths that containers mount. */
function mountsOf({ services }: Topology): readonly string[] {
  return [...new Set(services.flatMap(({ mounts }) => mounts.map(({ path }) => path)))];
}

async function mergedFile(
  context: HostContext,
  { description }: Settings,
  { earlier, simplified, phases }: MergedComposeFile,
): Promise<WrittenFile> {
  const texts = {
    earlier: await composeFileAt(context, earlier),
    simplified: await composeFileAt(context, simplified),
  };
  try {
    return { path: COMPOSE_FILE, content: mergeComposeFiles(texts, phases, description) };
  } catch (error) {
    throw unusable(`of ${earlier.slice(0, 12)} and ${simplified.slice(0, 12)}`, messageOf(error));
  }
}

async function composeFileAt(context: HostContext, commit: string): Promise<string> {
  const [entry] = await entriesAt(context, commit, [COMPOSE_FILE]);
  if (entry === undefined) throw unusable(`of ${commit.slice(0, 12)}`, "is not there");
  return blobText(context, entry);
}

function unusable(which: string, what: string): ProblemsError {
  const advice = ["choose commits that have a valid one (preRef, simplifiedRef, phaseRefs)"];
  return new ProblemsError("assemble the release", [
    { subject: `${COMPOSE_FILE} ${which}`, what, advice },
  ]);
}

/** Paths of the assembly that neither its commits, nor any other, nor the untracked files have. */
async function unknownPaths(
  context: HostContext,
  { commit, overlays, untracked }: Assembly,
): Promise<readonly string[]> {
  if (overlays.length === 0) return [];
  const sets = [untracked.base, ...untracked.overlays.map((overlay) => overlay.contentId)];
  const listed = await Promise.all(
    sets.map((base) => assembledEntries(context, { base, overlays: [] })),
  );
  const files = new Set(listed.flat().map(({ path }) => path));
  for (const tree of new Set([commit, ...overlays.map((overlay) => overlay.commit)])) {
    const list = ["ls-tree", "-r", "-z", "--name-only", tree];
    for (const path of records(await runGit(context, list))) files.add(path);
  }
  const paths = [...new Set(overlays.map(({ path }) => path))];
  const missing = paths.filter((path) => ![...files].some((file) => liesBelow(path, file)));
  const ever = await Promise.all(missing.map((path) => wasEverThere(context, path)));
  return missing.filter((_, index) => !ever[index]);
}

async function wasEverThere(context: HostContext, path: string): Promise<boolean> {
  const log = ["log", "--all", "--max-count=1", "--format=%H", "--", includePathspec(path)];
  return (await runGit(context, log)).trim() !== "";
}
