import { sameData } from "../same-data";
import { baseSide, layersOf, type Scope, type Side } from "./scope";
import { ALL_PHASES, topologyFor } from "../application/topologies";
import type { StackName } from "../application/topology";
import type { Refs, UntrackedAssembly } from "../model/wanted";

/** The file of which phases 1, 3, 5, 7 and 8 take back a part each. */
export const COMPOSE_FILE = "docker-compose.yml";

const COMPOSE_PHASES = [1, 3, 5, 7, 8];

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
export function sidesNeeded(stack: StackName, scope: Scope): ReadonlySet<Side> {
  const base = baseSide(stack, scope);
  if (!keepsComposeFile(scope, base)) return new Set(["earlier", "simplified"]);
  return new Set([base, ...layersOf(scope, base).map(({ side }) => side)]);
}

/** @throws Error when a ref that the scope needs was not resolved. */
export function assemblyOf(
  stack: StackName,
  scope: Scope,
  refs: Refs,
  untracked: UntrackedAssembly,
): Assembly {
  const base = baseSide(stack, scope);
  const commitOf = (side: Side): string => {
    const commit = refs[side];
    if (commit === null) throw new Error(`the ${side} ref was not resolved`);
    return commit;
  };
  const ownRefs = Object.keys(refs.phases).map(Number);
  const overlays = layersOf(scope, base, ownRefs)
    .filter(({ path }) => path !== COMPOSE_FILE)
    .map(({ path, side, phase }) => {
      const own = side === "earlier" && phase !== null ? refs.phases[phase] : undefined;
      return { path, commit: own ?? commitOf(side) };
    });
  const composeFile = mergedComposeFile(scope, base, refs);
  return { commit: commitOf(base), overlays, composeFile, untracked };
}

function mergedComposeFile(scope: Scope, base: Side, refs: Refs): MergedComposeFile | null {
  const phases = composePhases(scope);
  const own = phases.map((phase) => refs.phases[phase]).find((ref) => ref !== undefined);
  if (keepsComposeFile(scope, base) && own === undefined) return null;
  const earlier = own ?? refs.earlier;
  const simplified = refs.simplified ?? refs.earlier;
  if (earlier === null || simplified === null) throw new Error("a ref was not resolved");
  return { earlier, simplified, phases };
}

function composePhases({ phases }: Scope): readonly number[] {
  return phases.filter((phase) => COMPOSE_PHASES.includes(phase));
}

/** Whether docker-compose.yml is simply the base side's. */
function keepsComposeFile(scope: Scope, base: Side): boolean {
  const whole = topologyFor(base === "earlier" ? ALL_PHASES : []);
  return sameData(topologyFor(composePhases(scope)), whole);
}

/** Two assemblies with one key give the same release. */
export function assemblyKey({ commit, overlays, composeFile, untracked }: Assembly): string {
  return JSON.stringify([commit, overlays, composeFile, untracked.base, untracked.overlays]);
}
