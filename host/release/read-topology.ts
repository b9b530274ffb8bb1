import type { SealedTexts } from "../../plan/application/sealed";
import { sealModel } from "../../plan/compose/seal";
import { topologyOf } from "../../plan/compose/topology-of";
import type { Topology } from "../../plan/application/topology";
import type { Release, UntrackedAssembly, UntrackedFiles } from "../../plan/model/wanted";
import { ProblemsError } from "../../plan/problem";
import type { Settings } from "../../plan/settings/settings";
import { releaseModel } from "../compose/release-model";
import { READ_ATTEMPT } from "../compose/read-model";
import type { HostContext } from "../context";
import { textDigester } from "../untracked/content-id";
import { releaseReader } from "./read-file";

/** What a release's Compose files say; texts that may be secret stand apart. */
export interface ReadTopology {
  readonly topology: Topology;
  readonly texts: SealedTexts;
}

/**
 * Reads the Compose files of a release.
 *
 * @throws ProblemsError with Compose's own words, or with every field that is not applied, by its path.
 */
export async function readTopology(
  context: HostContext,
  { description }: Pick<Settings, "description">,
  release: { readonly tree: string; readonly untracked: UntrackedAssembly },
): Promise<ReadTopology> {
  const read = await releaseReader(context, release.tree, release.untracked);
  const { model, uninterpolated } = await releaseModel(read, context.compose);
  const sealed = sealModel(model, uninterpolated, await textDigester(context));
  const result = topologyOf(sealed.model, description);
  if (!result.ok) throw new ProblemsError(READ_ATTEMPT, result.problems);
  return { topology: result.topology, texts: sealed.texts };
}

/** The texts that a map's topology has sealed. */
export async function sealedTexts(
  context: HostContext,
  settings: Pick<Settings, "description">,
  { release, untracked }: { readonly release: Release; readonly untracked: UntrackedFiles },
): Promise<SealedTexts> {
  const { assembledOf, contentId } = untracked;
  const from = assembledOf ?? { base: contentId, overlays: [] };
  return (await readTopology(context, settings, { tree: release.tree, untracked: from })).texts;
}
