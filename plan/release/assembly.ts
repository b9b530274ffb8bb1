import { sameData } from "../same-data";
import { baseSide, layersOf, type Scope, type Side } from "./scope";
import type { Application } from "../application/application";
import type { Description } from "../application/description";
import type { StackName } from "../application/topology";
import type { ComposeMerge } from "../compose/merge";
import type { Refs, UntrackedAssembly } from "../model/wanted";

/** The file of which phases with an effect on the topology take back a part each. */
export const COMPOSE_FILE = "docker-compose.yml";

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
  /** What those phases make of the two. */
  readonly merge: ComposeMerge;
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
  application: Application,
  stack: StackName,
  scope: Scope,
): ReadonlySet<Side> {
  const { description } = application;
  const base = baseSide(description, stack, scope);
  if (!keepsComposeFile(application, scope, base)) return new Set(["earlier", "simplified"]);
  return new Set([base, ...layersOf(description, scope, base).map(({ side }) => side)]);
}

/** @throws Error when a ref that the scope needs was not resolved. */
export function assemblyOf(
  application: Application,
  stack: StackName,
  scope: Scope,
  refs: Refs,
  untracked: UntrackedAssembly,
): Assembly {
  const base = baseSide(application.description, stack, scope);
  const commitOf = (side: Side): string => {
    const commit = refs[side];
    if (commit === null) throw new Error(`the ${side} ref was not resolved`);
    return commit;
  };
  const ownRefs = Object.keys(refs.phases).map(Number);
  const overlays = layersOf(application.description, scope, base, ownRefs)
    .filter(({ path }) => path !== COMPOSE_FILE)
    .map(({ path, side, phase }) => {
      const own = side === "earlier" && phase !== null ? refs.phases[phase] : undefined;
      return { path, commit: own ?? commitOf(side) };
    });
  const composeFile = mergedComposeFile(application, scope, base, refs);
  return { commit: commitOf(base), overlays, composeFile, untracked };
}

function mergedComposeFile(
  application: Application,
  scope: Scope,
  base: Side,
  refs: Refs,
): MergedComposeFile | null {
  const phases = composePhases(application.description, scope);
  const own = phases.map((phase) => refs.phases[phase]).find((ref) => ref !== undefined);
  if (keepsComposeFile(application, scope, base) && own === undefined) return null;
  const earlier = own ?? refs.earlier;
  const simplified = refs.simplified ?? refs.earlier;
  if (earlier === null || simplified === null) throw new Error("a ref was not resolved");
  return { earlier, simplified, phases, merge: composeMerge(application, scope) };
}

/** What docker-compose.yml is in a scope: which side's file, and what of the other one. */
export function composeMerge(
  application: Application,
  { phases, topology }: Omit<Scope, "scenario">,
): ComposeMerge {
  const isWhole = (stack: StackName): boolean => sameData(topology, application.ends[stack]);
  if (isWhole("simplified")) return { base: "simplified", topology: null };
  if (isWhole("pre-simplification")) return { base: "earlier", topology: null };
  const whole = application.description.phases.some(
    ({ number, effect }) => phases.includes(number) && effect?.whole === true,
  );
  return { base: whole ? "earlier" : "simplified", topology };
}

function composePhases(description: Description, { phases }: Scope): readonly number[] {
  const named = description.phases.filter(({ effect }) => effect !== null);
  return named.map(({ number }) => number).filter((number) => phases.includes(number));
}

/** Whether docker-compose.yml is simply the base side's. */
function keepsComposeFile(application: Application, scope: Scope, base: Side): boolean {
  const merge = composeMerge(application, scope);
  return merge.topology === null && merge.base === base;
}

/** Two assemblies with one key give the same release. */
export function assemblyKey({ commit, overlays, composeFile, untracked }: Assembly): string {
  const merged = composeFile && [composeFile.earlier, composeFile.simplified, composeFile.phases];
  return JSON.stringify([commit, overlays, merged, untracked.base, untracked.overlays]);
}
