import { z } from "zod";
import { checkSettingsSchema, type CheckSettings } from "../checks/settings";
import { imageDefaults, type ImageNames } from "../application/images";
import { flagsOf, phaseFlags } from "./phase-flags";
import type { Problem } from "../problem";
import { SCENARIO_NAMES, type ScenarioName } from "../application/scenarios";
import { ALL_PHASES } from "../application/topologies";
import { type PortName, STACK_NAMES, type StackName } from "../application/topology";
import { allGovernedVolumes } from "../application/volumes";
import { ONE_TIME_KEYS, type OneTimeSettings } from "../model/wanted";

/** The project's name; configuration keys are `motovaultpro-rollback:<key>`. */
export const PROJECT = "motovaultpro-rollback";

/** What the team configures, read once; see the README's table of keys. */
export interface Settings {
  readonly stack: StackName;
  /** The application's git repository, absolute. */
  readonly repository: string;
  /** Backups, records and releases of this Docker host, absolute. */
  readonly stateDirectory: string;
  readonly namePrefix: string;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly images: ImageNames;
  readonly preRef?: string;
  readonly simplifiedRef?: string;
  /** A ref for the paths of one phase, by its number. */
  readonly phaseRefs: Readonly<Record<string, string>>;
  /** Flags `phase1` to `phase11` that are set, by the phase's number. */
  readonly phases: Readonly<Record<string, boolean>>;
  readonly scenario?: ScenarioName | "full";
  /** Emergency contacts by role, written into every log entry (document: emergency contacts). */
  readonly contacts: Readonly<Record<string, string>>;
  /** Addresses and commands of the application that its validation needs (document: validation of every phase). */
  readonly checks: CheckSettings;
  readonly oneTime: OneTimeSettings;
}

const absolutePath = z
  .string()
  .regex(/^\/[^\0]*[^/\0]$/, "must be an absolute path without a trailing slash");
const port = z.coerce.number().int().min(1).max(65535);
const gitRef = z.string().regex(/^[^\s-][^\s]*$/, "must be a git ref");
const backupId = z.string().regex(/^[A-Za-z0-9._-]+$/, "must be the id of a backup");
const imageName = z.string().regex(/^[a-z0-9][^\s]*$/, "must be an image name");

const flag = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]);

const PORT_DEFAULTS: Readonly<Record<PortName, number>> = { http: 80, https: 443, dashboard: 8080 };

const schema = z.strictObject({
  repository: absolutePath,
  stateDirectory: absolutePath,
  namePrefix: z
    .string()
    .regex(/^([a-z0-9][a-z0-9_.-]*)?$/, "must be lower-case letters, digits, '-', '_' or '.'")
    .max(40),
  ports: z
    .strictObject({ http: port, https: port, dashboard: port })
    .partial()
    .default({})
    .transform((ports) => ({ ...PORT_DEFAULTS, ...withoutUndefined(ports) }))
    .refine((ports) => new Set(Object.values(ports)).size === 3, "must differ from each other"),
  images: z
    .strictObject(
      Object.fromEntries(
        Object.keys(imageDefaults).map((key) => [key, imageName.optional()]),
      ) as Record<keyof ImageNames, z.ZodOptional<z.ZodString>>,
    )
    .default({}),
  preRef: gitRef.optional(),
  simplifiedRef: gitRef.optional(),
  phaseRefs: z
    .partialRecord(z.enum(ALL_PHASES.map(String) as [string, ...string[]]), gitRef)
    .default({}),
  scenario: z.enum([...SCENARIO_NAMES, "full"]).optional(),
  ...phaseFlags(flag),
  contacts: z.record(z.string(), z.string()).default({}),
  checks: checkSettingsSchema,
  backup: backupId.optional(),
  dataSource: z.enum(["backup", "existing", "live"]).optional(),
  restore: backupId.optional(),
  allowEmpty: z
    .array(z.enum(allGovernedVolumes.map((volume) => volume.name) as [string, ...string[]]))
    .optional(),
  trustMtime: flag.optional(),
  restoreDatabase: flag.optional(),
  acceptSchema: flag.optional(),
  safety: z.literal("none").optional(),
  accept: z.array(z.string()).optional(),
  reason: z.string().max(2000).optional(),
});

/** The keys of the configuration that this program knows. */
export const CONFIG_KEYS: readonly string[] = Object.keys(schema.shape);

const STRUCTURED_KEYS = new Set([
  "ports",
  "images",
  "phaseRefs",
  "contacts",
  "checks",
  "allowEmpty",
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
): ParsedSettings {
  const problems: Problem[] = [];
  if (!STACK_NAMES.includes(stack as StackName)) {
    problems.push({
      subject: `stack "${stack}"`,
      what: "is not one of the two topologies",
      advice: [`allowed are ${STACK_NAMES.join(" and ")}: pulumi stack select <name>`],
    });
  }
  const parsed = schema.safeParse(withoutJsonText(raw));
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap(problemsOfIssue));
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  const { data } = parsed;
  const { phaseRefs, scenario } = data;
  const { repository, stateDirectory, namePrefix, ports, preRef, simplifiedRef, contacts, checks } =
    data;
  const settings: Settings = {
    ...{ repository, stateDirectory, namePrefix, ports, contacts, checks },
    ...withoutUndefined({ preRef, simplifiedRef, scenario }),
    phaseRefs: withoutUndefined(phaseRefs),
    phases: flagsOf(data),
    stack: stack as StackName,
    images: { ...imageDefaults, ...withoutUndefined(data.images) },
    oneTime: withoutUndefined(
      Object.fromEntries(ONE_TIME_KEYS.map((key) => [key, data[key]])) as OneTimeSettings,
    ),
  };
  return { ok: true, settings };
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

function withoutUndefined<T extends object>(
  value: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function problemsOfIssue(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      subject: `config "${path === "" ? key : `${path}.${key}`}"`,
      what: "is not a key that this program knows",
      advice: [
        `known are: ${path === "" ? CONFIG_KEYS.join(", ") : `the keys of "${path}" in the README`}`,
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
