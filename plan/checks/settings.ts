import { z } from "zod";
import {
  checkAddressesSchema,
  DOCUMENTS_BUCKET,
  type Endpoint,
} from "../application/check-addresses";
import type { Problem } from "../problem";

/**
 * Config `checks`: what only the application can tell (document: validation of every phase). A part that is left out is a problem
 * as soon as a check needs it.
 */
export const checkSettingsSchema = checkAddressesSchema
  .extend({
    /** Names of checks that are left to a person. */
    skip: z.array(z.string()).default([]),
    /** Seconds, by the name of the check. */
    deadlines: z.record(z.string(), z.coerce.number().positive().max(3600)).default({}),
  })
  .prefault({});

export type CheckSettings = z.infer<typeof checkSettingsSchema>;
/** The bucket that the application's documents are in while an object store has them: the one place that knows. */
export function documentsBucket({ documents }: Pick<CheckSettings, "documents">): string {
  return documents?.bucket ?? DOCUMENTS_BUCKET;
}

export type HttpAddress =
  "health" | "database" | "redis" | "platform" | "api" | "platformApi" | "tenantPages";

/** Nothing configured: the document's own addresses only. */
export const noCheckSettings: CheckSettings = checkSettingsSchema.parse({});

/** The endpoints of an address, one or several; none where it is not configured. */
export function endpointsOf(settings: CheckSettings, address: HttpAddress): readonly Endpoint[] {
  const configured = settings[address];
  if (configured === undefined) return [];
  return Array.isArray(configured) ? configured : [configured];
}

/** Names in config that no check has (config `accept`, `checks.skip`, `checks.deadlines`). */
export function unknownCheckProblems(
  key: string,
  names: readonly string[],
  known: readonly { readonly name: string }[],
): readonly Problem[] {
  const all = new Set(known.map(({ name }) => name));
  return names
    .filter((name) => !all.has(name))
    .map((name) => ({
      subject: `config "${key}"`,
      what: `there is no check "${name}"`,
      advice: [`like it: ${alike(name, [...all]).join(", ")}`, "all of them: docs/phases.md"],
    }));
}

/** Names that share most words with what was written. */
function alike(wanted: string, names: readonly string[]): readonly string[] {
  const words = wanted.split("-");
  const shared = (name: string): number => name.split("-").filter((w) => words.includes(w)).length;
  return [...names].sort((one, other) => shared(other) - shared(one)).slice(0, 3);
}
