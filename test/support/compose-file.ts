import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "yaml";

interface ComposeService {
  readonly build?: { readonly context: string };
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks: readonly string[] | Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly stop_grace_period: string;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<
    Record<string, { readonly name: string; readonly internal?: boolean }>
  >;
}

/** A service as a compose file and a topology can both be told. */
export interface ServiceFacts {
  /** Folder that it is built from, or the key of its third-party image. */
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly networks: readonly string[];
  /** `source:target`, and `:ro` where it is read only; sorted. */
  readonly mounts: readonly string[];
  readonly containerPorts: readonly number[];
}

export interface ComposeFacts {
  readonly services: Readonly<Record<string, ServiceFacts>>;
  readonly networks: Readonly<Record<string, { readonly internal: boolean }>>;
}

/** What a docker-compose.yml of the demo application says, names without their prefix. */
export function composeFacts(file: string): ComposeFacts {
  return composeFactsOf(readFileSync(file, "utf8"));
}

/** The same of a file's text. */
export function composeFactsOf(text: string): ComposeFacts {
  const compose = parse(withoutPrefix(text), { merge: true }) as ComposeFile;
  return {
    services: Object.fromEntries(
      Object.entries(compose.services).map(([name, service]) => [name, factsOf(service, compose)]),
    ),
    networks: Object.fromEntries(
      Object.values(compose.networks).map(({ name, internal = false }) => [name, { internal }]),
    ),
  };
}

function factsOf(service: ComposeService, compose: ComposeFile): ServiceFacts {
  return {
    image: service.build ? service.build.context.replace("./", "") : imageKey(service.image),
    command: service.command ?? [],
    environment: service.environment ?? {},
    networks: networkKeys(service).map((key) => compose.networks[key]?.name ?? key),
    mounts: (service.volumes ?? []).map((mount) => mount.replace(/^\.\//, "")).sort(),
    containerPorts: (service.ports ?? []).map((port) => Number(port.split(":").at(-1))),
  };
}

function networkKeys({ networks }: ComposeService): readonly string[] {
  return Array.isArray(networks) ? (networks as readonly string[]) : Object.keys(networks);
}

/** `${POSTGRES_IMAGE:-postgres:15}` → `postgres`. */
function imageKey(reference: string): string {
  return basename(reference.replace(/^\$\{\w+:-(.+)\}$/, "$1")).split(":")[0] ?? reference;
}

function withoutPrefix(text: string): string {
  return text.replaceAll("${NAME_PREFIX:-}", "");
}
