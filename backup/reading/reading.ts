import type { Moment } from "./moments";
import type { Reader } from "./reader";

/** How a volume will be read. */
export interface Reading {
  /** Patterns, as `./folder/*`, of what is left out. */
  readonly exclude: readonly string[];
  /** Whether it says by itself at which moment its content is fixed. */
  readonly database: boolean;
  /** All passes but the finish; says how it was done, for a person. */
  readonly read: (reader: Reader, moment: Moment) => Promise<string>;
}
