import { COMPOSE_FILE } from "../application/compose-model";
import { baseSide, type Extent, layersOf } from "./scope";
import type { Description } from "../application/description";
import type { Side, StackName } from "../application/topology";
import { composeMerge } from "../compose/merge/merge";
import type { Refs, UntrackedAssembly } from "../model/wanted";

/** A path that takes another commit's content, deletions included. */
export interface PathFrom {
  readonly path: string;
  readonly commit: string;
}

/** docker-compose.yml made of both sides' files; commits that hold them, and the phases whose part is the earlier one's. */
export interface MergedComposeFile {
  readonly earlier: string;
  readonly simplified: string;
  readonly phases: readonly number[];
}

/** What a release is made of: a pure map from paths to commits and sets of files. */
export interface Assembly {
  readonly commit: string;
  readonly overlays: readonly PathFrom[];
  /** Null where docker-compose.yml is the base commit's. */
  readonly composeFile: MergedComposeFile | null;
  readonly untracked: UntrackedAssembly;
}

/** Commits that a scope needs on a stack. */
export function sidesNeeded(
  description: Description,
  stack: StackName,
  scope: Extent,
): ReadonlySet<Side> {
  const base = baseSide(description, stack, scope);
  if (!keepsComposeFile(description, scope, base)) return new Set(["earlier", "simplified"]);
  return new Set([base, ...layersOf(description, scope, base).map(({ side }) => side)]);
}

/** @throws Error when a ref that the scope needs was not resolved. */
export function assemblyOf(
  description: Description,
  stack: StackName,
  scope: Extent,
  refs: Refs,
  untracked: UntrackedAssembly,
): Assembly {
  const base = baseSide(description, stack, scope);
  const commitOf = (side: Side): string => {
    const commit = refs[side];
    if (commit === null) throw new Error(`the ${side} ref was not resolved`);
    return commit;
  };
  const ownRefs = Object.keys(refs.phases).map(Number);
  const overlays = layersOf(description, scope, base, ownRefs)
    .filter(({ path }) => path !== COMPOSE_FILE)
    .map(({ path, side, phase }) => {
      const own = side === "earlier" && phase !== null ? refs.phases[phase] : undefined;
      return { path, commit: own ?? commitOf(side) };
    });
  const composeFile = mergedComposeFile(description, scope, base, refs);
  return { commit: commitOf(base), overlays, composeFile, untracked };
}

function mergedComposeFile(
  description: Description,
  scope: Extent,
  base: Side,
  refs: Refs,
): MergedComposeFile | null {
  const phases = composePhases(description, scope);
  const own = phases.map((phase) => refs.phases[phase]).find((ref) => ref !== undefined);
  if (keepsComposeFile(description, scope, base) && own === undefined) return null;
  const earlier = own ?? refs.earlier;
  const simplified = refs.simplified ?? refs.earlier;
  if (earlier === null || simplified === null) throw new Error("a ref was not resolved");
  return { earlier, simplified, phases };
}

function composePhases(description: Description, { phases }: Extent): readonly number[] {
  const named = description.phases.filter(({ effect }) => effect !== null);
  return named.map(({ number }) => number).filter((number) => phases.includes(number));
}

/** Whether docker-compose.yml is simply the base side's. */
function keepsComposeFile(description: Description, { phases }: Extent, base: Side): boolean {
  const merge = composeMerge(description, phases);
  return merge.unchanged && merge.base === base;
}

/** Two assemblies with one key give the same release. */
export function assemblyKey({ commit, overlays, composeFile, untracked }: Assembly): string {
  const merged = composeFile && [composeFile.earlier, composeFile.simplified, composeFile.phases];
  return JSON.stringify([commit, overlays, merged, untracked.base, untracked.overlays]);
}
