import { z } from "zod";

/** The file that Compose reads unless config `compose` names others; phases take back a part of it each. */
export const COMPOSE_FILE = "docker-compose.yml";

/** Which of the repository's Compose files count, and with which profiles. */
export interface ComposeSettings {
  /** Relative to the repository; each overrides those before it. */
  readonly files: readonly string[];
  readonly profiles: readonly string[];
}

const name = z.string().min(1);
const strings = z.array(z.string());
/** A size or a number: Compose writes what it has computed as text. */
const size = z.union([z.string(), z.number()]);
const texts = z.record(z.string(), z.string());
/** Null: the name is passed on without a value. */
const values = z.record(z.string(), z.string().nullable());

const build = z.strictObject({
  /** Absolute, or an address. */
  context: z.string(),
  dockerfile: z.string().optional(),
  dockerfile_inline: z.string().optional(),
  args: values.optional(),
  target: z.string().optional(),
  additional_contexts: texts.optional(),
});

const port = z.strictObject({
  target: z.int(),
  /** A port or a range; unset: the engine chooses. */
  published: z.string().optional(),
  host_ip: z.string().optional(),
  protocol: z.enum(["tcp", "udp", "sctp"]),
  mode: z.literal("ingress").optional(),
  name: z.string().optional(),
  app_protocol: z.string().optional(),
});

const mount = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("bind"),
    source: z.string(),
    target: z.string(),
    read_only: z.boolean().optional(),
    bind: z
      .strictObject({
        create_host_path: z.boolean().optional(),
        propagation: z.string().optional(),
        selinux: z.enum(["z", "Z"]).optional(),
      })
      .optional(),
  }),
  z.strictObject({
    type: z.literal("volume"),
    /** Unset: the volume is anonymous. */
    source: z.string().optional(),
    target: z.string(),
    read_only: z.boolean().optional(),
    volume: z
      .strictObject({ nocopy: z.boolean().optional(), subpath: z.string().optional() })
      .optional(),
  }),
  z.strictObject({
    type: z.literal("tmpfs"),
    target: z.string(),
    tmpfs: z.strictObject({ size: size.optional(), mode: z.int().optional() }).optional(),
  }),
]);

const networkUse = z
  .strictObject({
    aliases: strings.optional(),
    ipv4_address: z.string().optional(),
    ipv6_address: z.string().optional(),
    priority: z.int().optional(),
  })
  .nullable();

/** A secret or a config that is mounted as a file. */
const fileUse = z.strictObject({
  source: name,
  target: z.string().optional(),
  uid: z.string().optional(),
  gid: z.string().optional(),
  mode: z.union([z.string(), z.int()]).optional(),
});

const healthCheck = z.strictObject({
  test: strings.optional(),
  interval: z.string().optional(),
  timeout: z.string().optional(),
  retries: z.int().optional(),
  start_period: z.string().optional(),
  start_interval: z.string().optional(),
  disable: z.boolean().optional(),
});

const dependency = z.strictObject({
  condition: z.enum(["service_started", "service_healthy", "service_completed_successfully"]),
  required: z.boolean().optional(),
  restart: z.boolean().optional(),
});

const resources = z.strictObject({
  cpus: size.optional(),
  memory: size.optional(),
  pids: z.int().optional(),
});

const deploy = z.strictObject({
  resources: z
    .strictObject({ limits: resources.optional(), reservations: resources.optional() })
    .optional(),
  /** Compose writes it also where the file has none. */
  placement: z.strictObject({}).optional(),
});

const service = z.strictObject({
  image: z.string().optional(),
  build: build.optional(),
  platform: z.string().optional(),
  pull_policy: z.string().optional(),
  container_name: z.string().optional(),
  hostname: z.string().optional(),
  domainname: z.string().optional(),
  command: strings.nullable(),
  entrypoint: strings.nullable(),
  environment: values.optional(),
  labels: texts.optional(),
  user: z.string().optional(),
  group_add: strings.optional(),
  working_dir: z.string().optional(),
  restart: z.string().optional(),
  init: z.boolean().optional(),
  tty: z.boolean().optional(),
  stdin_open: z.boolean().optional(),
  stop_signal: z.string().optional(),
  stop_grace_period: z.string().optional(),
  ports: z.array(port).optional(),
  expose: strings.optional(),
  networks: z.record(z.string(), networkUse).optional(),
  network_mode: z.string().optional(),
  volumes: z.array(mount).optional(),
  tmpfs: strings.optional(),
  secrets: z.array(fileUse).optional(),
  configs: z.array(fileUse).optional(),
  depends_on: z.record(z.string(), dependency).optional(),
  healthcheck: healthCheck.optional(),
  logging: z.strictObject({ driver: z.string().optional(), options: texts.optional() }).optional(),
  mem_limit: size.optional(),
  mem_reservation: size.optional(),
  memswap_limit: size.optional(),
  cpus: z.number().optional(),
  cpu_shares: z.number().optional(),
  pids_limit: z.int().optional(),
  deploy: deploy.optional(),
  shm_size: size.optional(),
  ulimits: z
    .record(z.string(), z.union([z.int(), z.strictObject({ soft: z.int(), hard: z.int() })]))
    .optional(),
  sysctls: texts.optional(),
  cap_add: strings.optional(),
  cap_drop: strings.optional(),
  security_opt: strings.optional(),
  privileged: z.boolean().optional(),
  read_only: z.boolean().optional(),
  devices: z
    .array(z.strictObject({ source: z.string(), target: z.string(), permissions: z.string() }))
    .optional(),
  extra_hosts: strings.optional(),
  dns: strings.optional(),
  dns_search: strings.optional(),
  ipc: z.string().optional(),
  pid: z.string().optional(),
  profiles: strings.optional(),
  scale: z.literal(1).optional(),
});

const network = z.strictObject({
  /** As Docker knows it. */
  name,
  driver: z.string().optional(),
  driver_opts: texts.optional(),
  ipam: z
    .strictObject({
      driver: z.string().optional(),
      config: z
        .array(
          z.strictObject({
            subnet: z.string().optional(),
            gateway: z.string().optional(),
            ip_range: z.string().optional(),
            aux_addresses: texts.optional(),
          }),
        )
        .optional(),
    })
    .optional(),
  internal: z.boolean().optional(),
  attachable: z.boolean().optional(),
  enable_ipv6: z.boolean().optional(),
  labels: texts.optional(),
  external: z.boolean().optional(),
});

const volume = z.strictObject({
  /** As Docker knows it. */
  name,
  driver: z.string().optional(),
  driver_opts: texts.optional(),
  labels: texts.optional(),
  external: z.boolean().optional(),
});

/** A secret or a config. */
const file = z.strictObject({
  name: z.string().optional(),
  file: z.string().optional(),
  content: z.string().optional(),
  environment: z.string().optional(),
  external: z.boolean().optional(),
});

/** What Compose makes of an application's files (`docker compose config`); every field that this program can apply, in Compose's own words. */
export const composeModelSchema = z.strictObject({
  /** The project's name. */
  name,
  services: z.record(z.string(), service),
  networks: z.record(z.string(), network).default({}),
  volumes: z.record(z.string(), volume).default({}),
  secrets: z.record(z.string(), file).default({}),
  configs: z.record(z.string(), file).default({}),
});

/** Fields of a service that this program can apply. */
export const composeServiceFields: Readonly<Record<string, unknown>> = service.shape;

export type ComposeModel = z.infer<typeof composeModelSchema>;
export type ComposeService = ComposeModel["services"][string];
