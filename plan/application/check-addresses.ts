import { z } from "zod";
import { relativePath } from "../relative-path";

/** Where an object store keeps the documents, unless config says otherwise. */
export const DOCUMENTS_BUCKET = "documents";

const path = z.string().regex(/^\/\S*$/, "must be a path that begins with a slash");
const url = z.url({ protocol: /^https?$/, error: "must be an http or https address" });
const field = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const argv = z.array(z.string().min(1)).min(1);
const pattern = z.string().refine(isPattern, "must be a regular expression");
const repositoryFile = relativePath("must be a file of the application's repository");

const endpoint = z.strictObject({
  path,
  status: z.coerce.number().int().min(100).max(599).default(200),
  expect: z
    .record(z.string(), scalar)
    .optional()
    .describe("Fields of the JSON body, by dotted name, and their values."),
  contains: z.string().min(1).optional().describe("Text that the body has."),
  token: z.boolean().default(false).describe("Whether the request needs a token of `login`."),
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

/** Addresses and commands of the application that its validation needs (document: validation of every phase). */
export const checkAddressesSchema = z.strictObject({
  health: endpoint.optional(),
  database: endpoint.optional(),
  redis: endpoint.optional(),
  platform: endpoint.optional(),
  api: endpoints.optional().describe("What the page asks the backend for."),
  platformApi: endpoints.optional(),
  tenantPages: endpoints
    .optional()
    .describe("What only the multi-tenant side serves beside the backend."),
  tenant: z.strictObject({ path, id: z.string().min(1), field: field.default("id") }).optional(),
  login: z
    .strictObject({
      tokenUrl: url,
      protected: path.describe("Answers 401 without a token and 200 with one."),
      clientId: z.string().min(1).optional(),
      audience: z.string().min(1).optional(),
      clientSecretFile: repositoryFile
        .optional()
        .describe("Never the secret itself: the file of the repository that holds it."),
    })
    .optional(),
  documents: z
    .strictObject({
      list: path,
      upload: path.describe("`{name}` stands for the name of the document that is tried."),
      content: path.describe("`{id}` stands for the document's id."),
      idField: field.default("id"),
      sha256Field: field
        .optional()
        .describe("Field of a row with the SHA-256 of its content, where there is one."),
      key: z
        .string()
        .min(1)
        .default("{id}")
        .describe("Key of a document's object; `{id}` stands for its id."),
      bucket: z.string().min(1).default(DOCUMENTS_BUCKET),
      remove: path.optional().describe("Removes a document by DELETE."),
      removeSql: z
        .string()
        .min(1)
        .optional()
        .describe(
          "Where there is no such path: SQL that removes the row of current_setting('rollback.document').",
        ),
      readAtMost: z.coerce
        .number()
        .int()
        .min(1)
        .default(200)
        .describe("How many documents are read whole; all the others are compared by their keys."),
    })
    .refine(
      ({ remove, removeSql }) => (remove === undefined) !== (removeSql === undefined),
      "needs one of remove and removeSql: what a check writes it removes again",
    )
    .optional(),
  vin: z
    .strictObject({
      path: path.describe("`{vin}` stands for the number."),
      vin: z.string().min(1),
      expect: z.record(z.string(), scalar),
    })
    .optional(),
  hierarchy: z
    .strictObject({ makes: level, models: level, years: level })
    .optional()
    .describe("`{make}` and `{model}` stand for the first ones that the level above gave."),
  routers: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Begin and end of rules that Traefik has to have."),
  page: path.default("/"),
  tables: z
    .array(z.string().regex(/^[\w.]+$/, "must be the name of a table"))
    .min(1)
    .optional()
    .describe("Tables of the application's database."),
  migrations: z
    .strictObject({
      query: z.string().min(1).describe("Gives the names of the migrations that the data has."),
    })
    .optional(),
  tests: z
    .strictObject({
      backend: argv.describe("The application's own tests, inside the backend's container."),
      suite: z
        .strictObject({
          command: argv,
          environment: z.record(z.string(), z.string()).default({}),
        })
        .optional()
        .describe(
          "The whole suite, on the host in the exported release, with EDGE_URL in its environment. What it writes stays.",
        ),
    })
    .optional(),
  logs: z
    .strictObject({
      errors: z.array(pattern).default(ERRORS),
      network: z.array(pattern).default(NETWORK_ERRORS),
      ignore: z.array(pattern).default([]),
    })
    .prefault({}),
});

export type Endpoint = z.infer<typeof endpoint>;

/** A pattern of the description: JavaScript's notation, with `(?i)` in front where case does not matter. */
export function patternOf(text: string): RegExp {
  return text.startsWith("(?i)") ? new RegExp(text.slice(4), "i") : new RegExp(text);
}

function isPattern(text: string): boolean {
  try {
    patternOf(text);
    return true;
  } catch {
    return false;
  }
}
