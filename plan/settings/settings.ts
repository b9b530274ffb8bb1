import { z } from "zod";
import { isMapping, withoutUndefined } from "../mapping";
import { relativePath } from "../relative-path";
import { checkSettingsSchema, type CheckSettings } from "../checks/settings";
import { type Description, phaseNumbers } from "../application/description";
import { COMPOSE_FILE, type ComposeSettings } from "../application/compose-model";
import type { Problem } from "../problem";
import { STACK_NAMES, type StackName } from "../application/topology";
import { DATA_SOURCES, ONE_TIME_KEYS, type OneTimeSettings } from "../model/wanted";

/** The project's name; configuration keys are `motovaultpro-rollback:<key>`. */
export const PROJECT = "motovaultpro-rollback";

/** What the team configures, read once; see the README's table of keys. */
export interface Settings {
  readonly description: Description;
  readonly stack: StackName;
  /** The application's git repository, absolute. */
  readonly repository: string;
  /** Backups, records and releases of this Docker host, absolute. */
  readonly stateDirectory: string;
  /** What Compose reads of the application's repository. */
  readonly compose: ComposeSettings;
  /** Image that reads and writes volumes. */
  readonly helperImage: string;
  readonly preRef?: string;
  readonly simplifiedRef?: string;
  /** A ref for the paths of one phase, by its number. */
  readonly phaseRefs: Readonly<Record<string, string>>;
  /** Flags such as `phase3` that are set, by the phase's number. */
  readonly phases: Readonly<Record<string, boolean>>;
  /** The name of one, or `full`. */
  readonly scenario?: string;
  /** Emergency contacts by role, written into every log entry (document: emergency contacts). */
  readonly contacts: Readonly<Record<string, string>>;
  /** Addresses and commands of the application that its validation needs (document: validation of every phase). */
  readonly checks: CheckSettings;
  readonly oneTime: OneTimeSettings;
}

const absolutePath = z
  .string()
  .regex(/^\/[^\0]*[^/\0]$/, "must be an absolute path without a trailing slash");
const gitRef = z.string().regex(/^[^\s-][^\s]*$/, "must be a git ref");
const backupId = z.string().regex(/^[A-Za-z0-9._-]+$/, "must be the id of a backup");
const imageName = z.string().regex(/^[a-z0-9][^\s]*$/, "must be an image name");

const flag = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]);

const repositoryFile = relativePath("must be a file of the repository, relative to it");

/** Backups need GNU tar with xattrs and ACLs, and zstd: this image has both, and most such hosts have it anyway. */
const DEFAULT_HELPER_IMAGE = "postgres:15";

/** Where config `application` names no other. */
const DEFAULT_APPLICATION = "applications/motovaultpro.yaml";

/** The file that describes the application, absolute or relative to the program's folder. */
export function applicationFile({ application }: Readonly<Record<string, unknown>>): string {
  return typeof application === "string" ? application : DEFAULT_APPLICATION;
}

/** What is configured, for one application. */
function schemaFor(description: Description) {
  return z.strictObject({
    application: z.string().min(1).optional(),
    repository: absolutePath,
    stateDirectory: absolutePath,
    compose: z
      .strictObject({
        files: z.array(repositoryFile).min(1).default([COMPOSE_FILE]),
        profiles: z.array(z.string().min(1)).default([]),
      })
      .default({ files: [COMPOSE_FILE], profiles: [] }),
    images: z.strictObject({ helper: imageName.optional() }).default({}),
    preRef: gitRef.optional(),
    simplifiedRef: gitRef.optional(),
    phaseRefs: z
      .partialRecord(z.enum(phaseNumbers(description).map(String) as [string, ...string[]]), gitRef)
      .default({}),
    scenario: z.enum([...description.scenarios.map(({ name }) => name), "full"]).optional(),
    ...phaseFlags(phaseNumbers(description), flag),
    contacts: z.record(z.string(), z.string()).default({}),
    checks: checkSettingsSchema,
    backup: backupId.optional(),
    dataSource: z.enum(DATA_SOURCES).optional(),
    volumes: z
      .partialRecord(
        z.enum(Object.keys(description.stores) as [string, ...string[]]),
        z.strictObject({ source: z.enum(DATA_SOURCES) }),
      )
      .transform(withoutUndefined)
      .optional(),
    restore: backupId.optional(),
    allowEmpty: z
      .array(z.enum(Object.keys(description.stores) as [string, ...string[]]))
      .optional(),
    trustMtime: flag.optional(),
    restoreDatabase: flag.optional(),
    acceptSchema: flag.optional(),
    takeOver: flag.optional(),
    safety: z.literal("none").optional(),
    accept: z.array(z.string()).optional(),
    reason: z.string().max(2000).optional(),
  });
}

const STRUCTURED_KEYS = new Set([
  "compose",
  "images",
  "phaseRefs",
  "contacts",
  "checks",
  "allowEmpty",
  "volumes",
  "accept",
]);

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads the whole configuration of a stack and collects everything that is wrong with it. `raw` holds the keys without
 * the project's name; structured values may be objects or, as Pulumi hands them over, JSON text.
 */
export function parseSettings(
  stack: string,
  raw: Readonly<Record<string, unknown>>,
  description: Description,
): ParsedSettings {
  const problems: Problem[] = [];
  if (!STACK_NAMES.includes(stack as StackName)) {
    problems.push({
      subject: `stack "${stack}"`,
      what: "is not one of the two topologies",
      advice: [`allowed are ${STACK_NAMES.join(" and ")}: pulumi stack select <name>`],
    });
  }
  const schema = schemaFor(description);
  const structured = withoutJsonText(raw);
  const checks = mergedChecks(description, structured.checks);
  const parsed = schema.safeParse({ ...structured, checks });
  const known = Object.keys(schema.shape);
  if (!parsed.success) {
    problems.push(...parsed.error.issues.flatMap((issue) => problemsOfIssue(issue, known)));
  }
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  const { data } = parsed;
  const { phaseRefs, scenario } = data;
  const { repository, stateDirectory, compose, preRef, simplifiedRef, contacts } = data;
  const settings: Settings = {
    ...{ description, repository, stateDirectory, compose, contacts },
    checks: data.checks,
    ...withoutUndefined({ preRef, simplifiedRef, scenario }),
    phaseRefs: withoutUndefined(phaseRefs),
    phases: flagsOf(phaseNumbers(description), data),
    stack: stack as StackName,
    helperImage: data.images.helper ?? DEFAULT_HELPER_IMAGE,
    oneTime: withoutUndefined(
      Object.fromEntries(ONE_TIME_KEYS.map((key) => [key, data[key]])) as OneTimeSettings,
    ),
  };
  return { ok: true, settings };
}

type FlagKey = `phase${number}`;

/** One optional key of the configuration for every phase, such as `phase3`. */
function phaseFlags<T extends z.ZodType>(
  phases: readonly number[],
  flag: T,
): Record<FlagKey, z.ZodOptional<T>> {
  return Object.fromEntries(phases.map((phase) => [`phase${phase}`, flag.optional()]));
}

/** The flags that are set, by the phase's number; unset is neither true nor false. */
function flagsOf(
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

/** Config `checks` replaces single values of the description's, part by part. */
function mergedChecks({ checks }: Description, configured: unknown): unknown {
  if (!isMapping(configured)) return configured ?? checks;
  const parts = Object.entries(configured).map(([key, own]) => {
    const described = (checks as Readonly<Record<string, unknown>>)[key];
    return [key, isMapping(described) && isMapping(own) ? { ...described, ...own } : own] as const;
  });
  return { ...checks, ...Object.fromEntries(parts) };
}

function withoutJsonText(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const read = (key: string, value: unknown): unknown => {
    if (typeof value !== "string" || !STRUCTURED_KEYS.has(key)) return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  };
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, read(key, value)]));
}

function problemsOfIssue(issue: z.core.$ZodIssue, known: readonly string[]): Problem[] {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      subject: `config "${path === "" ? key : `${path}.${key}`}"`,
      what: "is not a key that this program knows",
      advice: [
        `known are: ${path === "" ? known.join(", ") : `the keys of "${path}" in the README`}`,
      ],
    }));
  }
  const missing = issue.code === "invalid_type" && issue.input === undefined;
  return [
    {
      subject: `config "${path}"`,
      what: missing ? "is missing" : issue.message,
      advice: [`set it with: pulumi config set ${path.split(".")[0] ?? path} <value>`],
    },
  ];
}

/** Picks this project's keys out of everything that Pulumi was configured with. */
export function rawSettings(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const prefix = `${PROJECT}:`;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}
