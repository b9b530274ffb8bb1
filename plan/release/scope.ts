import { type Description, phaseNumbers, type Scenario } from "../application/description";
import type { Settings } from "../settings/settings";
import { phasesOfStack } from "../application/topologies";
import { type Side, sideOfStack, type StackName } from "../application/topology";

/** How far a run goes back: the phases that are rolled back, and the scenario whose paths come with them. */
export interface Extent {
  /** Ascending. */
  readonly phases: readonly number[];
  readonly scenario: string | null;
}

/** What the configuration says about it. */
export interface ScopeSettings {
  readonly description: Description;
  readonly stack: StackName;
  readonly scenario?: string | undefined;
  /** Flags `phase1` to `phase11`, by the phase's number. */
  readonly phases: Readonly<Record<string, boolean>>;
}

/** A path that takes a side's content; a later one counts where two overlap. */
export interface Layer {
  readonly path: string;
  readonly side: Side;
  /** The phase that asks for it; null: the scenario. */
  readonly phase: number | null;
}

/** A scenario, or the stack's own end of the scale, refined by single flags (document: partial rollback scenarios). */
export function extentOf({ description, stack, scenario, phases }: ScopeSettings): Extent {
  const all = phaseNumbers(description);
  const named = scenarioNamed(description, scenario === "full" ? null : (scenario ?? null));
  const end = scenario === "full" ? all : phasesOfStack(all, stack);
  const base = named?.phases ?? end;
  return {
    phases: all.filter((phase) => phases[phase] ?? base.includes(phase)),
    scenario: named?.name ?? null,
  };
}

/** The same settings for a stack without flags, scenario and refs of phases: its own end of the scale. */
export function wholeEnd(settings: Settings, stack: StackName): Settings {
  return { ...settings, stack, phases: {}, phaseRefs: {}, scenario: undefined };
}

/** The side that a release starts from: one whole end of the scale, else that of the stack. */
export function baseSide(description: Description, stack: StackName, { phases }: Extent): Side {
  // What has no steps only validates.
  const changing = description.phases.filter(({ steps }) => steps.length > 0);
  if (changing.every(({ number }) => phases.includes(number))) return "earlier";
  if (!changing.some(({ number }) => phases.includes(number))) return "simplified";
  return sideOfStack(stack);
}

/**
 * The paths of a scope that are not simply the base side's; phases in `always` have refs of their own and are named in any case
 * (document: restore steps of every phase and scenario).
 */
export function layersOf(
  description: Description,
  { phases, scenario }: Extent,
  base: Side,
  always: readonly number[] = [],
): readonly Layer[] {
  const named = scenarioNamed(description, scenario);
  const isNamed = (phase: number): boolean => {
    const rolledBack = phases.includes(phase);
    if (always.includes(phase) && rolledBack) return true;
    return named === null
      ? (rolledBack ? "earlier" : "simplified") !== base
      : rolledBack !== named.phases.includes(phase);
  };
  const byPhase = description.phases
    .filter(({ number }) => isNamed(number))
    .flatMap(({ number, gitPaths }) =>
      gitPaths.map((path): Layer => {
        return { path, side: phases.includes(number) ? "earlier" : "simplified", phase: number };
      }),
    );
  const byScenario = (named?.gitPaths ?? []).map((path): Layer => ({
    path,
    side: "earlier",
    phase: null,
  }));
  return [...byScenario, ...byPhase];
}

function scenarioNamed({ scenarios }: Description, name: string | null): Scenario | null {
  return scenarios.find((scenario) => scenario.name === name) ?? null;
}
