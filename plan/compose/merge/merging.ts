import { counterpartOf, type Description } from "../../application/description";
import type { RolledBack } from "./rolled-back";
import type { Sources } from "./sources";

/** What decides how a service of the merged file differs from what its own file says. */
export interface Merging {
  readonly sources: Sources;
  readonly rolledBack: RolledBack;
  readonly description: Description;
  /** Every service of the merged file. */
  readonly names: ReadonlySet<string>;
}

/** The service itself if it is in the merged file, else its counterpart if that is. */
export function standingFor(name: string, { names, description }: Merging): string | undefined {
  return [name, counterpartOf(description, name)].find(
    (each) => each !== undefined && names.has(each),
  );
}
