import type { z } from "zod";
import { ALL_PHASES } from "../application/topologies";

type FlagKey = `phase${number}`;

/** One optional key of the configuration for every phase: `phase1` to `phase11`. */
export function phaseFlags<T extends z.ZodType>(flag: T): Record<FlagKey, z.ZodOptional<T>> {
  return Object.fromEntries(ALL_PHASES.map((phase) => [`phase${phase}`, flag.optional()]));
}

/** The flags that are set, by the phase's number; unset is neither true nor false. */
export function flagsOf(
  config: Readonly<Record<FlagKey, boolean | undefined>>,
): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    ALL_PHASES.flatMap((phase) => {
      const value = config[`phase${phase}`];
      return value === undefined ? [] : [[String(phase), value] as const];
    }),
  );
}
