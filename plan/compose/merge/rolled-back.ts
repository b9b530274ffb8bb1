import type { Description, Effect } from "../../application/description";
import type { Side } from "../../application/topology";

/** What the rolled back phases' effects ask of docker-compose.yml, all together. */
export interface RolledBack {
  /** From which file it starts. */
  readonly base: Side;
  /** Whose networks it has. */
  readonly networks: Side;
  /** Earlier services that come back, and simplified ones that go; the whole earlier side has the ones and not the others anyway. */
  readonly back: readonly string[];
  readonly instead: readonly string[];
  /** Simplified services that write an earlier volume again. */
  readonly volumes: readonly { readonly service: string; readonly volume: string }[];
  /** Whether the backend's code keeps documents as objects; null where no phase decides that. */
  readonly documentsAsObjects: boolean | null;
}

export function rolledBackBy(description: Description, phases: readonly number[]): RolledBack {
  const effects = effectsOf(description, phases);
  const whole = effects.some((effect) => effect.whole);
  const parts = whole ? [] : effects;
  const decided = description.phases.some(({ effect }) => effect?.documentsAsObjects);
  return {
    base: whole ? "earlier" : "simplified",
    networks: effects.some((effect) => effect.whole ?? effect.networks) ? "earlier" : "simplified",
    back: parts.flatMap(({ services }) => services?.back ?? []),
    instead: parts.flatMap(({ services }) => services?.instead ?? []),
    volumes: parts.flatMap(({ volumes }) => volumes ?? []),
    documentsAsObjects: decided ? effects.some((effect) => effect.documentsAsObjects) : null,
  };
}

/** The effects of the rolled back phases, in the order of the phases. */
export function effectsOf(
  { phases }: Description,
  rolledBack: readonly number[],
): readonly Effect[] {
  return phases.flatMap(({ number, effect }) =>
    effect !== null && rolledBack.includes(number) ? [effect] : [],
  );
}
