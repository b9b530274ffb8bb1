import type { Document } from "yaml";
import { isMapping, type Mapping, mappingOf } from "../../mapping";
import { sameData } from "../../same-data";
import { copyPair } from "./copy";
import type { Member } from "./members";
import type { Merging } from "./merging";
import { contentOf } from "./sections";
import { entryOf, type Source } from "./sources";

/**
 * Gives the file an entry of a top-level section that a service of another file needs.
 *
 * @throws Error when that file has none, or this one has another by that key: one of two services would get what it was not written for.
 */
export function bring(
  merged: Document.Parsed,
  from: Source,
  [name, key]: readonly [section: string, key: string],
  service: string,
): void {
  const here = contentOf(merged, name, key);
  if (here === undefined) {
    copyPair(merged, from.document, [name, key]);
    return;
  }
  if (sameData(here ?? {}, entryOf(from, name, key) ?? {})) return;
  throw new Error(
    `docker-compose.yml: "${key}" in "${name}" is not the same in both files, and "${service}" comes back with the earlier one`,
  );
}

/** Gives the file the secrets and configs that services of the other file use. */
export function bringFiles(
  merged: Document.Parsed,
  members: readonly Member[],
  { sources, rolledBack: { base } }: Merging,
): void {
  for (const { name, side, service } of members.filter((member) => member.side !== base)) {
    for (const [key, uses] of Object.entries(fileUses(service))) {
      for (const use of uses) bring(merged, sources[side], [key, use], name);
    }
  }
}

function fileUses({ secrets, configs, build }: Mapping): Readonly<Record<string, string[]>> {
  return {
    secrets: [...namesIn(secrets), ...namesIn(mappingOf(build).secrets)],
    configs: namesIn(configs),
  };
}

/** In the short and the long form. */
function namesIn(uses: unknown): string[] {
  if (!Array.isArray(uses)) return [];
  return (uses as unknown[])
    .map((use) => (isMapping(use) ? use.source : use))
    .filter((name) => typeof name === "string");
}
