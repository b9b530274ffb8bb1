import fc from "fast-check";
import { ALL_PHASES } from "./application";
import { otherStack, type StackName } from "../../plan/application/topology";

/** What a person asks for next: the side that shall be live, and the flags in its stack's configuration. */
export interface Combination {
  readonly stack: StackName;
  readonly flags: Readonly<Record<string, boolean>>;
}

/** Phases that change something; phase 11 validates only. */
const CHANGING = ALL_PHASES.filter((phase) => phase !== 11);

/** Set, turned or left out, each on its own. */
const anyFlags = fc
  .array(fc.option(fc.boolean()), { minLength: CHANGING.length, maxLength: CHANGING.length })
  .map(flagsOf);

/** Every fourth time or so the other stack becomes live, and every fifth time everything is undone. */
const wish = fc.record({
  switches: fc.nat({ max: 3 }).map((number) => number === 0),
  flags: fc.oneof({ arbitrary: anyFlags, weight: 4 }, { arbitrary: fc.constant({}), weight: 1 }),
});

/** The same sequence for the same seed, from a host whose simplified side is live with no phase rolled back. */
export function combinationsOf(seed: number, count: number): readonly Combination[] {
  let live: StackName = "simplified";
  return fc.sample(wish, { seed, numRuns: count }).map(({ switches, flags }) => {
    live = switches ? otherStack(live) : live;
    return { stack: live, flags };
  });
}

/** The phases that are rolled back then: unset means rolled back on one end of the scale, and not on the other. */
export function rolledBackBy({ stack, flags }: Combination): readonly number[] {
  return ALL_PHASES.filter((phase) => flags[`phase${phase}`] ?? stack === "pre-simplification");
}

export function combinationText({ stack, flags }: Combination): string {
  const set = Object.entries(flags).map(([name, value]) => `${name}=${String(value)}`);
  return `${stack}, ${set.length === 0 ? "no flag" : set.join(" ")}`;
}

function flagsOf(values: readonly (boolean | null)[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    CHANGING.flatMap((phase, index) => {
      const value = values[index] ?? null;
      return value === null ? [] : [[`phase${phase}`, value]];
    }),
  );
}
