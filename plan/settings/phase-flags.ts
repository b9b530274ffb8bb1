import type { z } from "zod";

type FlagKey = `phase${number}`;

/** One optional key of the configuration for every phase, such as `phase3`. */
export function phaseFlags<T extends z.ZodType>(
  phases: readonly number[],
  flag: T,
): Record<FlagKey, z.ZodOptional<T>> {
  return Object.fromEntries(phases.map((phase) => [`phase${phase}`, flag.optional()]));
}

/** The flags that are set, by the phase's number; unset is neither true nor false. */
export function flagsOf(
  phases: readonly number[],
  config: Readonly<Record<FlagKey, boolean | undefined>>,
): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    phases.flatMap((phase) => {
      const value = config[`phase${phase}`];
      return value === undefined ? [] : [[String(phase), value] as const];
    }),
  );
}
