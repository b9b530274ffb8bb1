import type { z } from "zod";
import type { Problem } from "../problem";
import { type ComposeModel, composeModelSchema } from "../application/compose-model";

export type ParsedModel =
  | { readonly ok: true; readonly model: ComposeModel }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * The model that `docker compose config --format json` has printed. A field that this program does not apply is a problem, told by its
 * path: what is in a Compose file takes effect, or is refused by name. Extensions (`x-…`) are the file's own business.
 */
export function parseModel(printed: unknown): ParsedModel {
  const lost = lostKeys(printed, "");
  if (lost.length > 0) return { ok: false, problems: lost };
  const parsed = composeModelSchema.safeParse(withoutExtensions(printed));
  if (parsed.success) return { ok: true, model: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap(problemsOf) };
}

/** Compose takes a label or a variable that is called `x-…` for an extension, and prints what is left of it under this name. */
const LOST = "#extensions";

function lostKeys(value: unknown, at: string): readonly Problem[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    key === LOST
      ? [
          {
            subject: at,
            what: "has a name that begins with x-, which Compose takes for an extension and loses",
            advice: ["write it as a list, as in labels: [x-name=value]"],
          },
        ]
      : lostKeys(entry, at === "" ? key : `${at}.${key}`),
  );
}

/** What is named there is named by the file's author: a service may be called `x-…`. */
const NAMED_BY_AUTHOR: ReadonlySet<string> = new Set([
  ...["services", "networks", "volumes", "secrets", "configs", "depends_on"],
  ...["environment", "labels", "args", "additional_contexts", "options", "driver_opts"],
  ...["sysctls", "ulimits", "aux_addresses"],
]);

function withoutExtensions(value: unknown, namedByAuthor = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutExtensions(entry));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => namedByAuthor || !key.startsWith("x-"))
      .map(([key, entry]) => [
        key,
        withoutExtensions(entry, !namedByAuthor && NAMED_BY_AUTHOR.has(key)),
      ]),
  );
}

function problemsOf(issue: z.core.$ZodIssue): readonly Problem[] {
  const at = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      subject: at === "" ? key : `${at}.${key}`,
      what: "is a field of Compose that this program does not apply",
      advice: ["take it out of the Compose file: what is in it has to take effect"],
    }));
  }
  return [
    {
      subject: at,
      what: `has a value that this program does not apply: ${issue.message}`,
      advice: ["give it another value in the Compose file, or take it out"],
    },
  ];
}
