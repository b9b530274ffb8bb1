import { z } from "zod";
import type { Problem } from "../problem";

const path = z.string().regex(/^\/\S*$/, "must be a path that begins with a slash");
const url = z.url({ protocol: /^https?$/, error: "must be an http or https address" });
const field = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const argv = z.array(z.string().min(1)).min(1);
const pattern = z.string().refine(isPattern, "must be a regular expression");
const repositoryFile = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, "must be a file of the application's repository");

const endpoint = z.strictObject({
  path,
  status: z.coerce.number().int().min(100).max(599).default(200),
  /** Fields of the JSON body, by dotted name, and their values. */
  expect: z.record(z.string(), scalar).optional(),
  /** Text that the body has. */
  contains: z.string().min(1).optional(),
  /** Whether the request needs a token of `login`. */
  token: z.boolean().default(false),
});

const endpoints = z.array(endpoint).min(1);
const level = z.strictObject({ path, field });

const ERRORS = [
  String.raw`\b(ERROR|FATAL|PANIC|ERR|FTL)\b`,
  String.raw`"level":\s*"?(error|fatal|50|60)\b`,
  String.raw`\b(Unhandled|Uncaught)\w*`,
  String.raw`^Traceback \(most recent call last\)`,
  String.raw`^panic: `,
];

const NETWORK_ERRORS = [
  String.raw`\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b`,
  String.raw`(?i)(connection refused|no route to host|network is unreachable)`,
  String.raw`(?i)(could not translate host name|temporary failure in name resolution|no such host)`,
  String.raw`(?i)bad gateway`,
];

/**
 * Config `checks`: what only the application can tell (document: validation of every phase). A part that is left out is a problem
 * as soon as a check needs it.
 */
export const checkSettingsSchema = z
  .strictObject({
    /** Host header of requests through the edge, where its routers ask for one. */
    host: z.string().min(1).optional(),
    health: endpoint.optional(),
    database: endpoint.optional(),
    redis: endpoint.optional(),
    platform: endpoint.optional(),
    /** What the page asks the backend for. */
    api: endpoints.optional(),
    platformApi: endpoints.optional(),
    /** What only the multi-tenant side serves beside the backend. */
    tenantPages: endpoints.optional(),
    tenant: z.strictObject({ path, id: z.string().min(1), field: field.default("id") }).optional(),
    login: z
      .strictObject({
        tokenUrl: url,
        /** Answers 401 without a token and 200 with one. */
        protected: path,
        clientId: z.string().min(1).optional(),
        audience: z.string().min(1).optional(),
        /** Never the secret itself: the file of the repository that holds it. */
        clientSecretFile: repositoryFile.optional(),
      })
      .optional(),
    documents: z
      .strictObject({
        list: path,
        /** `{name}` stands for the name of the document that is tried. */
        upload: path,
        /** `{id}` stands for the document's id. */
        content: path,
        idField: field.default("id"),
        /** Field of a row with the SHA-256 of its content, where there is one. */
        sha256Field: field.optional(),
        /** Key of a document's object; `{id}` stands for its id. */
        key: z.string().min(1).default("{id}"),
        bucket: z.string().min(1).default("documents"),
        /** Removes a document by DELETE. */
        remove: path.optional(),
        /** Where there is no such path: SQL that removes the row of current_setting('rollback.document'). */
        removeSql: z.string().min(1).optional(),
        /** How many documents are read whole; all the others are compared by their keys. */
        readAtMost: z.coerce.number().int().min(1).default(200),
      })
      .refine(
        ({ remove, removeSql }) => (remove === undefined) !== (removeSql === undefined),
        "needs one of remove and removeSql: what a check writes it removes again",
      )
      .optional(),
    vin: z
      .strictObject({
        /** `{vin}` stands for the number. */
        path,
        vin: z.string().min(1),
        expect: z.record(z.string(), scalar),
      })
      .optional(),
    /** `{make}` and `{model}` stand for the first ones that the level above gave. */
    hierarchy: z.strictObject({ makes: level, models: level, years: level }).optional(),
    /** Begin and end of rules that Traefik has to have. */
    routers: z.array(z.string().min(1)).min(1).optional(),
    page: path.default("/"),
    /** Tables of the application's database. */
    tables: z
      .array(z.string().regex(/^[\w.]+$/, "must be the name of a table"))
      .min(1)
      .optional(),
    migrations: z
      .strictObject({
        /** Gives the names of the migrations that the data has. */
        query: z.string().min(1),
        /** A file of `backend/src/_system/migrations/` is a migration if its name ends like this. */
        suffix: z.string().min(1).default(".sql"),
      })
      .optional(),
    tests: z
      .strictObject({
        /** The application's own tests, inside the backend's container. */
        backend: argv,
        /** The whole suite, on the host in the exported release, with EDGE_URL in its environment. What it writes stays. */
        suite: z
          .strictObject({
            command: argv,
            environment: z.record(z.string(), z.string()).default({}),
          })
          .optional(),
      })
      .optional(),
    logs: z
      .strictObject({
        errors: z.array(pattern).default(ERRORS),
        network: z.array(pattern).default(NETWORK_ERRORS),
        ignore: z.array(pattern).default([]),
      })
      .prefault({}),
    /** Names of checks that are left to a person. */
    skip: z.array(z.string()).default([]),
    /** Seconds, by the name of the check. */
    deadlines: z.record(z.string(), z.coerce.number().positive().max(3600)).default({}),
  })
  .prefault({});

export type CheckSettings = z.infer<typeof checkSettingsSchema>;
export type Endpoint = z.infer<typeof endpoint>;
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

/** A pattern of config: JavaScript's notation, with `(?i)` in front where case does not matter. */
export function patternOf(text: string): RegExp {
  return text.startsWith("(?i)") ? new RegExp(text.slice(4), "i") : new RegExp(text);
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

function isPattern(text: string): boolean {
  try {
    patternOf(text);
    return true;
  } catch {
    return false;
  }
}

/** Names that share most words with what was written. */
function alike(wanted: string, names: readonly string[]): readonly string[] {
  const words = wanted.split("-");
  const shared = (name: string): number => name.split("-").filter((w) => words.includes(w)).length;
  return [...names].sort((one, other) => shared(other) - shared(one)).slice(0, 3);
}
