import { PHASES } from "../application/phases";
import type { Settings } from "../settings/settings";
import { type ScenarioName, type Scenario, SCENARIOS } from "../application/scenarios";
import { ALL_PHASES, phasesOfStack } from "../application/topologies";
import type { StackName } from "../application/topology";

/** The two states of the application's repository. */
export type Side = "earlier" | "simplified";

/** How far a run goes back: the phases that are rolled back, and the scenario whose paths come with them. */
export interface Scope {
  /** Ascending. */
  readonly phases: readonly number[];
  readonly scenario: ScenarioName | null;
}

/** What the configuration says about it. */
export interface ScopeSettings {
  readonly stack: StackName;
  readonly scenario?: ScenarioName | "full" | undefined;
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

/** Phases that change something: 11 only validates. */
const CHANGING = ALL_PHASES.filter((phase) => phase !== 11);

/** A scenario, or the stack's own end of the scale, refined by single flags (document: partial rollback scenarios). */
export function scopeOf({ stack, scenario, phases }: ScopeSettings): Scope {
  const named = scenarioNamed(scenario === "full" ? null : (scenario ?? null));
  const end = scenario === "full" ? ALL_PHASES : phasesOfStack(stack);
  const base = named?.phases ?? end;
  return {
    phases: ALL_PHASES.filter((phase) => phases[phase] ?? base.includes(phase)),
    scenario: named?.name ?? null,
  };
}

/** The same settings for a stack without flags, scenario and refs of phases: its own end of the scale. */
export function wholeEnd(settings: Settings, stack: StackName): Settings {
  return { ...settings, stack, phases: {}, phaseRefs: {}, scenario: undefined };
}

/** The side that a release starts from: one whole end of the scale, else that of the stack. */
export function baseSide(stack: StackName, { phases }: Scope): Side {
  if (CHANGING.every((phase) => phases.includes(phase))) return "earlier";
  if (!CHANGING.some((phase) => phases.includes(phase))) return "simplified";
  return sideOfStack(stack);
}

export function sideOfStack(stack: StackName): Side {
  return stack === "pre-simplification" ? "earlier" : "simplified";
}

/**
 * The paths of a scope that are not simply the base side's; phases in `always` have refs of their own and are named in any case
 * (document: restore steps of every phase and scenario).
 */
export function layersOf(
  { phases, scenario }: Scope,
  base: Side,
  always: readonly number[] = [],
): readonly Layer[] {
  const named = scenarioNamed(scenario);
  const isNamed = (phase: number): boolean => {
    const rolledBack = phases.includes(phase);
    if (always.includes(phase) && rolledBack) return true;
    return named === null
      ? (rolledBack ? "earlier" : "simplified") !== base
      : rolledBack !== named.phases.includes(phase);
  };
  const byPhase = PHASES.filter(({ number }) => isNamed(number)).flatMap(({ number, gitPaths }) =>
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

function scenarioNamed(name: ScenarioName | null): Scenario | null {
  return SCENARIOS.find((scenario) => scenario.name === name) ?? null;
}
