import { z } from "zod";
import { relativePath } from "../relative-path";
import { checkAddressesSchema } from "./check-addresses";
import { DATA_KINDS, type Role, ROLES, STACK_NAMES, type StackName } from "./topology";

const words = z.string().min(1);
const name = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, "must be a name of Docker's");
const phaseNumber = z.int().min(1);
const hostName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, "must be a host name");
/** Of the application's repository: a folder may end with a slash, `*` stands for one name. */
const repositoryPath = relativePath(
  "must be a path in the application's repository, relative to it",
);

const RISK_LEVELS = ["None", "Low", "Low-Medium", "Medium", "Medium-High", "High"] as const;

/** Which step of a run does what a numbered step of the document asks for. */
const RUN_STEPS = ["release", "volumes", "stage", "switch", "retire"] as const;

/**
 * A numbered step of the document, in its words, and who does it here. Stopping the old is the end of a run here and the beginning in
 * the document.
 */
const step = z.strictObject({ text: words, doneBy: z.enum(RUN_STEPS) });

/** What rolling a phase back does to the topology; several at once: the union wins. */
const effectSchema = z
  .strictObject({
    whole: z.literal(true).optional().describe("Every service and network of the earlier side."),
    services: z
      .strictObject({ back: z.array(name).min(1), instead: z.array(name).default([]) })
      .optional()
      .describe("Earlier services that come back, and the simplified ones that they replace."),
    networks: z
      .literal(true)
      .optional()
      .describe("The earlier networks, with every service where its code looks for others."),
    volumes: z
      .array(z.strictObject({ service: name, volume: name }))
      .min(1)
      .optional()
      .describe("Services that write another volume again."),
    documentsAsObjects: z
      .literal(true)
      .optional()
      .describe(
        "The backend's code keeps documents as objects: it needs the object store, and no folder.",
      ),
  })
  .refine((effect) => Object.keys(effect).length > 0, "must say what changes, or be left out");

const riskSchema = z.strictObject({
  level: z.enum(RISK_LEVELS),
  because: words.describe("The document's reason, in its words."),
});

const phaseSchema = z.strictObject({
  number: phaseNumber,
  title: words,
  triggers: z.array(words).default([]).describe("When to roll it back."),
  gitPaths: z.array(repositoryPath).default([]),
  composePart: words
    .nullable()
    .default(null)
    .describe(
      "The part of docker-compose.yml that goes back as well; the rest of the file keeps its state.",
    ),
  effect: effectSchema.nullable().default(null),
  services: z
    .array(name)
    .default([])
    .describe("Names of the services that it restarts, replaces, adds or removes."),
  volumes: z.array(name).default([]).describe("Names of the volumes that it restores."),
  steps: z.array(step).default([]),
  validation: z.array(words).default([]).describe("The document's checkboxes, word for word."),
  risk: riskSchema.nullable().default(null).describe("Null for a phase that changes nothing."),
  note: words.nullable().default(null).describe("What the document says instead of a procedure."),
});

/** A partial rollback with paths and services of its own (document: partial rollback scenarios). */
const scenarioSchema = z.strictObject({
  number: z.int().min(1),
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, "must be lower-case words with hyphens between them")
    .refine((given) => given !== "full", "is what config `scenario` calls the full rollback")
    .describe("What config `scenario` calls it."),
  title: words,
  summary: words.describe("The document's one line about it."),
  rolledBackPhases: z.array(phaseNumber).describe("The phases that the document counts among it."),
  phases: z
    .array(phaseNumber)
    .describe(
      "Those whose part of the topology and of the data comes with the paths: none that the scenario keeps, and no code without the store that it needs.",
    ),
  gitPaths: z.array(repositoryPath),
  services: z
    .array(name)
    .default([])
    .describe("Names of the services that the document starts or restarts."),
});

/** The complete rollback (document: full system rollback). */
const fullRollbackSchema = z.strictObject({
  whenToUse: z.array(words),
  volumes: z.array(name).describe("Names of the volumes that the document restores."),
  steps: z.array(step),
  validation: z.array(words).describe("The document's checkboxes, word for word."),
  duration: words,
  risk: words,
});

/** How far to go back for a kind of failure (document: rollback decision matrix). */
const scopeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("phase"), phase: phaseNumber }),
  z.strictObject({ kind: z.literal("failedPhase") }),
  z.strictObject({ kind: z.literal("investigate") }),
  z.strictObject({ kind: z.literal("full"), restoresData: z.boolean() }),
]);

const decisionSchema = z.strictObject({
  failure: words,
  scope: scopeSchema,
  risk: z.enum(RISK_LEVELS),
  duration: words,
});

const placement = z.record(name, z.array(name).min(1));

/** What Compose files cannot say about an application, and all that the strategy document says. */
export const descriptionSchema = z.strictObject({
  name,
  roles: z
    .strictObject({
      edge: name,
      ...(Object.fromEntries(
        ROLES.filter((role) => role !== "edge").map((role) => [role, name.optional()]),
      ) as Record<Exclude<Role, "edge">, z.ZodOptional<typeof name>>),
    })
    .describe(
      "Names by role: of the earlier side where it has the role, else of the simplified one.",
    ),
  counterparts: z
    .strictObject({
      services: z.record(name, name),
      volumes: z.record(z.string(), z.string()),
    })
    .describe(
      "What does the same, or holds the same data, on both sides: earlier name, simplified name.",
    ),
  stores: z
    .record(repositoryPath, z.enum(DATA_KINDS))
    .describe(
      "Every volume, or folder of the repository (kind documents), that a service writes, and how its data is read consistently; databases before object stores.",
    ),
  archives: z
    .record(z.string().regex(/^[a-z-]+$/), repositoryPath)
    .describe(
      "Volume of each archive that the document's own commands write: `<name>-backup-YYYYMMDD.tar.gz`.",
    ),
  selfActing: z
    .array(name)
    .default([])
    .describe("Services that work on their own: started only after the cutover."),
  placements: z
    .record(z.enum(STACK_NAMES), placement)
    .describe(
      "Where services stand on networks that are not those of their own side, by the networks' side.",
    ),
  protected: z
    .array(repositoryPath)
    .describe(
      "What no git operation of a rollback touches: the trace of rollbacks, and live data.",
    ),
  migrations: repositoryPath.describe(
    "Files of the code that are migrations, as in `backend/src/features/*/migrations/*.sql`; their names without the ending are those that the data has.",
  ),
  edgePorts: z
    .strictObject({
      http: z.int(),
      https: z.int().optional(),
      dashboard: z.int().optional(),
    })
    .describe("Which of the edge's container ports is for what; `http` has to be published."),
  probe: z
    .strictObject({
      path: z
        .string()
        .regex(/^\/\S*$/, "must be a path that begins with a slash")
        .describe("Answers 200 only when edge, backend and database work together."),
      host: z
        .union([hostName, z.partialRecord(z.enum(STACK_NAMES), hostName)])
        .optional()
        .describe(
          "Name that the edge is asked by, for both sides or by stack; the request goes to this host all the same.",
        ),
      tls: z
        .enum(["verified", "unverified"])
        .optional()
        .describe(
          "Asks over HTTPS, on `edgePorts.https`; `verified`: the certificate has to be valid for the name.",
        ),
      contains: z.string().min(1).optional().describe("What the answer has to have in it."),
    })
    .refine(({ tls, host }) => tls !== "verified" || host !== undefined, {
      message: "needs a host: a certificate is valid for a name",
      path: ["tls"],
    })
    .describe("What is asked through the edge to see whether anybody is served."),
  rollbackLog: repositoryPath.describe("Where every change is written down for people."),
  documentationPhase: phaseNumber.describe(
    "Phase whose paths are documentation, which is in no image wherever it lies.",
  ),
  phases: z.array(phaseSchema).min(1),
  scenarios: z.array(scenarioSchema),
  fullRollback: fullRollbackSchema,
  decisionMatrix: z.array(decisionSchema),
  contacts: z
    .array(words)
    .describe("Roles that config `contacts` names people for (document: emergency contacts)."),
  checks: checkAddressesSchema.describe(
    "Addresses and commands of the application that its validation needs; config `checks` has the last word.",
  ),
});

export type Description = z.infer<typeof descriptionSchema>;
export type Phase = Description["phases"][number];
export type Effect = z.infer<typeof effectSchema>;
export type Scenario = Description["scenarios"][number];
export type Decision = Description["decisionMatrix"][number];
export type Scope = Decision["scope"];

/** The scope in the document's words. */
export function scopeText(scope: Scope): string {
  switch (scope.kind) {
    case "phase":
      return `Phase ${scope.phase}`;
    case "failedPhase":
      return "Specific phase";
    case "investigate":
      return "Investigate, partial";
    case "full":
      return scope.restoresData ? "Full + restore" : "Full system";
  }
}

/** How long going back by a phase takes, as the decision matrix has it; null where it has no row. */
export function durationOf({ decisionMatrix }: Description, phase: number): string | null {
  const row = decisionMatrix.find(({ scope }) => scope.kind === "phase" && scope.phase === phase);
  return row?.duration ?? null;
}

/** Numbers of the phases, ascending: those that a full rollback takes back. */
export function phaseNumbers({ phases }: Description): readonly number[] {
  return phases.map(({ number }) => number);
}

/** Where untracked files belong to a state of the application: all phases' paths, none twice. */
export function untrackedPaths({ phases }: Description): readonly string[] {
  return [...new Set(phases.flatMap(({ gitPaths }) => gitPaths))];
}

/** The paths of documentation. */
export function documentationPaths({ phases, documentationPhase }: Description): readonly string[] {
  return phases
    .filter(({ number }) => number === documentationPhase)
    .flatMap(({ gitPaths }) => gitPaths);
}

/** The service of the other side that does the same, by the name of either. */
export function serviceCounterparts({ counterparts }: Description): ReadonlyMap<string, string> {
  const pairs = Object.entries(counterparts.services);
  return new Map(
    pairs.flatMap(([earlier, simplified]) => [
      [earlier, simplified],
      [simplified, earlier],
    ]),
  );
}

/** The service that does the same on the other side. */
export function counterpartOf(description: Description, service: string): string | undefined {
  return serviceCounterparts(description).get(service);
}

/** What the edge of each stack is called. */
export function edgeNames(description: Description): Readonly<Record<StackName, string>> {
  const { edge } = description.roles;
  return { "pre-simplification": edge, simplified: counterpartOf(description, edge) ?? edge };
}

/** What a service does: what its counterpart does too. */
export function roleOf(description: Description, service: string): Role | null {
  const other = counterpartOf(description, service);
  const named = (role: Role): string | undefined => description.roles[role];
  return ROLES.find((role) => [service, other ?? service].includes(named(role) ?? "")) ?? null;
}
