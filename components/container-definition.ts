import type * as docker from "@pulumi/docker";
import type { ContainerDefinition } from "../plan/application/topology";
import { withoutUndefined } from "../plan/mapping";
import type { SealedTexts } from "../plan/application/sealed";
import { unsealed, unsealedRecord, unsealedVariable } from "./unseal";

const MEBIBYTE = 2 ** 20;

/** What a container is made with, field by field, as Compose would make it. */
export function definitionArgs(
  definition: ContainerDefinition,
  texts: SealedTexts,
): Omit<docker.ContainerArgs, "image"> {
  const list = (values: readonly string[]) => values.map((text) => unsealed(text, texts));
  const { command, entrypoint, environment, restart, logging, deploy } = definition;
  const { limits, reservations } = deploy?.resources ?? {};
  const memory = mebibytes(limits?.memory ?? definition.mem_limit);
  return withoutUndefined({
    command: command && list(command),
    entrypoints: entrypoint && list(entrypoint),
    envs: Object.entries(environment ?? {}).map(([key, value]) =>
      unsealedVariable(key, value, texts),
    ),
    healthcheck: healthCheckOf(definition, texts),
    ...restartOf(restart),
    hostname: definition.hostname,
    domainname: definition.domainname,
    user: definition.user,
    groupAdds: definition.group_add,
    workingDir: definition.working_dir,
    init: definition.init,
    tty: definition.tty,
    stdinOpen: definition.stdin_open,
    stopSignal: definition.stop_signal,
    logDriver: logging?.driver,
    logOpts: logging?.options === undefined ? undefined : unsealedRecord(logging.options, texts),
    hosts: definition.extra_hosts?.map(hostOf),
    dns: definition.dns,
    dnsSearches: definition.dns_search,
    ipcMode: definition.ipc,
    pidMode: definition.pid,
    tmpfs: tmpfsOf(definition.tmpfs),
    shmSize: mebibytes(definition.shm_size),
    ulimits: ulimitsOf(definition.ulimits),
    sysctls: definition.sysctls,
    capabilities: capabilitiesOf(definition),
    securityOpts: securityOf(definition),
    privileged: definition.privileged,
    readOnly: definition.read_only,
    devices: definition.devices?.map(({ source, target, permissions }) => ({
      ...{ hostPath: source, containerPath: target, permissions },
    })),
    memory,
    memoryReservation: mebibytes(reservations?.memory ?? definition.mem_reservation),
    // What the engine takes by itself, and the provider reads back: without it every run would make a new container.
    memorySwap:
      mebibytes(definition.memswap_limit) ?? (memory === undefined ? undefined : 2 * memory),
    cpus: numberText(limits?.cpus ?? definition.cpus),
    cpuShares: definition.cpu_shares,
  });
}

function healthCheckOf(
  { healthcheck }: ContainerDefinition,
  texts: SealedTexts,
): docker.types.input.ContainerHealthcheck | undefined {
  if (healthcheck === undefined) return undefined;
  const { test, interval, timeout, retries, start_period, start_interval, disable } = healthcheck;
  if (disable === true) return { tests: ["NONE"] };
  return withoutUndefined({
    tests: test?.map((text) => unsealed(text, texts)),
    interval,
    timeout,
    retries,
    startPeriod: start_period,
    startInterval: start_interval,
  });
}

/** Compose restarts nothing that does not say so. */
function restartOf(restart = "no"): Pick<docker.ContainerArgs, "restart" | "maxRetryCount"> {
  const [policy = "no", count] = restart.split(":");
  return { restart: policy, ...(count === undefined ? {} : { maxRetryCount: Number(count) }) };
}

/** `name=address`, as Compose prints it. */
function hostOf(entry: string): docker.types.input.ContainerHost {
  const [host = "", ip = ""] = entry.split(/[=:](.*)/s);
  return { host, ip };
}

/** `path` or `path:options`. */
function tmpfsOf(entries: readonly string[] | undefined): Record<string, string> | undefined {
  if (entries === undefined) return undefined;
  return Object.fromEntries(
    entries.map((entry) => {
      const [path = "", options = ""] = entry.split(/:(.*)/s);
      return [path, options];
    }),
  );
}

function ulimitsOf(
  ulimits: ContainerDefinition["ulimits"],
): docker.types.input.ContainerUlimit[] | undefined {
  return (
    ulimits &&
    Object.entries(ulimits).map(([name, limit]) =>
      typeof limit === "number"
        ? { name, soft: limit, hard: limit }
        : { name, soft: limit.soft, hard: limit.hard },
    )
  );
}

function capabilitiesOf({
  cap_add: adds,
  cap_drop: drops,
}: ContainerDefinition): docker.types.input.ContainerCapabilities | undefined {
  return adds === undefined && drops === undefined
    ? undefined
    : withoutUndefined({ adds: adds?.map(capability), drops: drops?.map(capability) });
}

/** As the engine writes it down, and the provider reads it back. */
function capability(name: string): string {
  return name === "ALL" || name.startsWith("CAP_") ? name : `CAP_${name}`;
}

/** In the host's namespaces the engine labels no processes, and says so among the options. */
function securityOf({
  security_opt: options,
  pid,
  ipc,
}: ContainerDefinition): string[] | undefined {
  const unlabelled = pid === "host" || ipc === "host" ? ["label=disable"] : [];
  const all = [...(options ?? []), ...unlabelled];
  return all.length === 0 ? undefined : all;
}

function mebibytes(bytes: string | number | undefined): number | undefined {
  return bytes === undefined ? undefined : Number(bytes) / MEBIBYTE;
}

function numberText(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
