import { z } from "zod";
import type { ChangeState } from "../../plan/model/observed";
import {
  type ContainerDefinition,
  DATA_KINDS,
  type Network,
  ROLES,
  STACK_NAMES,
  type VolumeDefinition,
} from "../../plan/application/topology";
import { isMapping } from "../../plan/mapping";
import { type ChangeRequest, DATA_SOURCES } from "../../plan/model/wanted";

/** Version of what is written below `records/`; a higher one is refused instead of being misread. */
export const RECORD_FORMAT = 1;

/** A container or network of the side that a change leaves; it is retired by id, never by name. */
export interface Retired {
  readonly id: string;
  readonly name: string;
}

/** What a change's `change.json` holds. */
export interface StoredChange {
  readonly format: number;
  readonly request: ChangeRequest;
  readonly state: ChangeState;
  readonly cutOver: boolean;
  readonly workTreeMoved: boolean;
  readonly outgoingUntracked: string | null;
  readonly outgoingBranch: string | null;
  readonly retire: readonly Retired[];
  readonly retireNetworks: readonly Retired[];
  /** ISO 8601, UTC. */
  readonly openedAt: string;
  readonly closedAt: string | null;
}

/** What a step leaves for a repeated run: small, without secrets, fit for JSON. */
export type StepResult = Readonly<Record<string, unknown>>;

/** What a step's file holds. */
export interface StoredStep {
  readonly step: string;
  readonly trigger: readonly (string | number)[];
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly result: StepResult | null;
  /** The process that ran it last. */
  readonly by: { readonly host: string; readonly pid: number; readonly startTime: string };
}

const stackName = z.enum(STACK_NAMES as [(typeof STACK_NAMES)[number]]);
const texts = z.record(z.string(), z.string());
const chosenSource = z.looseObject({ source: z.string(), number: z.number().int() });
const retired = z.array(z.looseObject({ id: z.string(), name: z.string() }));

const refs = z.looseObject({
  earlier: z.string().nullable(),
  simplified: z.string().nullable(),
  phases: texts,
});
const untrackedFiles = chosenSource.extend({
  contentId: z.string(),
  assembledOf: z
    .looseObject({
      base: z.string(),
      overlays: z.array(z.looseObject({ path: z.string(), contentId: z.string() })),
    })
    .optional(),
});

const names = z.array(z.string());
const selinux = z.enum(["z", "Z"]).optional();
const service = z.looseObject({
  name: z.string(),
  containerName: z.string(),
  role: z.enum(ROLES).nullable(),
  image: z.discriminatedUnion("kind", [
    z.looseObject({ kind: z.literal("registry"), reference: z.string() }),
    z.looseObject({
      kind: z.literal("built"),
      name: z.string(),
      build: z.looseObject({
        context: z.string(),
        dockerfile: z.string().optional(),
        args: texts,
        target: z.string().optional(),
      }),
    }),
  ]),
  definition: z.custom<ContainerDefinition>(isMapping),
  networks: z.array(
    z.looseObject({
      name: z.string(),
      aliases: names,
      ipv4Address: z.string().optional(),
      ipv6Address: z.string().optional(),
    }),
  ),
  mounts: z.array(z.looseObject({ path: z.string(), target: z.string(), selinux })),
  volumes: z.array(
    z.looseObject({
      volume: z.string(),
      target: z.string(),
      readOnly: z.literal(true).optional(),
      selinux,
    }),
  ),
  hostMounts: z.array(
    z.looseObject({ source: z.string(), target: z.string(), readOnly: z.boolean(), selinux }),
  ),
  memoryMounts: z.array(
    z.looseObject({
      target: z.string(),
      bytes: z.number().optional(),
      mode: z.number().optional(),
    }),
  ),
  anonymousVolumes: names,
  port: z.number().nullable(),
  ports: z.array(
    z.looseObject({
      container: z.number().int(),
      host: z.number().int(),
      address: z.string().optional(),
      protocol: z.enum(["tcp", "udp", "sctp"]),
    }),
  ),
  dependsOn: names,
  startsAfter: z.array(
    z.looseObject({ service: z.string(), until: z.enum(["healthy", "completed"]) }),
  ),
  runsOnce: z.boolean(),
  startPolicy: z.enum(["edge", "selfActing", "ordinary"]),
  stopSeconds: z.number(),
});
const store = {
  name: z.string(),
  data: z.enum(DATA_KINDS),
  counterpart: z.string().optional(),
};
const topology = z.looseObject({
  project: z.string(),
  services: z.array(service),
  networks: z.array(
    z.looseObject({
      name: z.string(),
      dockerName: z.string(),
      internal: z.boolean(),
      definition: z.custom<Network["definition"]>(isMapping),
    }),
  ),
  externalNetworks: z.array(z.looseObject({ name: z.string(), dockerName: z.string() })),
  volumes: z.array(
    z.discriminatedUnion("kind", [
      z.looseObject({
        ...store,
        kind: z.literal("volume"),
        dockerName: z.string(),
        external: z.literal(true).optional(),
        definition: z.custom<VolumeDefinition>(isMapping).optional(),
      }),
      z.looseObject({ ...store, kind: z.literal("folder") }),
    ]),
  ),
});

const hostPorts = z.looseObject({
  http: z.number(),
  https: z.number().optional(),
  dashboard: z.number().optional(),
});

const wanted = z.looseObject({
  stack: stackName,
  rolledBackPhases: z.array(z.number().int()),
  scenario: z.string().nullable(),
  refs,
  topology,
  release: z.looseObject({ commit: z.string(), tree: z.string(), contexts: texts, mounts: texts }),
  untracked: untrackedFiles,
  volumes: z.record(z.string(), chosenSource),
  images: texts,
  ports: hostPorts,
});

const plainRequest = z.looseObject({
  number: z.number().int().positive(),
  kind: z.enum(["first", "switch", "inPlace", "repair", "adopt"]),
  stack: stackName,
  from: stackName.nullable(),
  live: wanted.nullable(),
  wanted,
  settings: z.looseObject({
    preRef: z.string().optional(),
    simplifiedRef: z.string().optional(),
    backup: z.string().optional(),
    dataSource: z.enum(DATA_SOURCES).optional(),
    volumes: z.record(z.string(), z.looseObject({ source: z.enum(DATA_SOURCES) })).optional(),
    restore: z.string().optional(),
    allowEmpty: z.array(z.string()).optional(),
    accept: z.array(z.string()).optional(),
    reason: z.string().optional(),
    restoreDatabase: z.boolean().optional(),
    acceptSchema: z.boolean().optional(),
    takeOver: z.boolean().optional(),
    safety: z.literal("none").optional(),
    phaseRefs: texts,
    rolledBackPhases: z.array(z.number().int()),
    scenario: z.string().nullable(),
  }),
  outgoingEdge: z.string().nullable(),
  verify: z.array(z.looseObject({ backup: z.string(), volumes: names })),
  overwrites: z.array(z.string()),
  objectStoreImage: z.string().nullable(),
  backsUpFirst: z.boolean(),
  bringsRelease: z.boolean(),
  recordOnly: z.boolean(),
});
const request = plainRequest.extend({
  adopts: plainRequest.extend({ adopts: z.null() }).nullable(),
});

// Unknown keys are kept: a later version may have added some, and a rewrite must not lose them.
const storedChange = z.looseObject({
  format: z.literal(RECORD_FORMAT),
  request,
  state: z.enum(["open", "done", "failedBack", "aborted"]),
  cutOver: z.boolean(),
  workTreeMoved: z.boolean(),
  outgoingUntracked: z.string().nullable(),
  outgoingBranch: z.string().nullable(),
  retire: retired,
  retireNetworks: retired,
  openedAt: z.string(),
  closedAt: z.string().nullable(),
});

const storedStep = z.looseObject({
  step: z.string(),
  trigger: z.array(z.union([z.string(), z.number()])),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
  by: z.looseObject({ host: z.string(), pid: z.number(), startTime: z.string() }),
});

/** Reads the text of a `change.json`; throws with what is wrong with it. */
export function parseChange(text: string): StoredChange {
  return orPlainError(storedChange.safeParse(JSON.parse(text)));
}

/** Reads the text of a step's file; throws with what is wrong with it. */
export function parseStep(text: string): StoredStep {
  return orPlainError(storedStep.safeParse(JSON.parse(text)));
}

function orPlainError<T>(parsed: z.ZodSafeParseResult<T>): T {
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is not as expected"}`);
}
