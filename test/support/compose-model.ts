import { parse } from "yaml";
import type { ComposeModel, ComposeService } from "../../plan/application/compose-model";

type Written = Readonly<Record<string, unknown>>;

/**
 * What Compose makes of the demo's Compose files, for tests that cannot start it three hundred times: short forms, anchors and defaults
 * of variables, as far as these files use them. An integration test holds it against Compose itself, for every combination of phases.
 */
export function composeModelOf(text: string): ComposeModel {
  const filled = text.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1");
  const { name, services, networks, volumes } = parse(filled, { merge: true }) as {
    readonly name: string;
    readonly services: Record<string, Written>;
    readonly networks?: Record<string, Written | null>;
    readonly volumes?: Record<string, Written | null>;
  };
  const named = (entries: Record<string, Written | null> = {}): Record<string, Written> =>
    mapped(entries, (entry, key) => ({ name: `${name}_${key}`, ...entry }));
  return {
    name,
    services: mapped(services, serviceOf),
    networks: mapped(named(networks), (network) => ({ ...network, ipam: {} })),
    volumes: named(volumes),
    secrets: {},
    configs: {},
  } as ComposeModel;
}

function serviceOf(written: Written): ComposeService {
  const {
    build,
    networks,
    volumes,
    ports,
    depends_on: needs,
  } = written as {
    readonly build?: Written & { readonly context: string };
    readonly networks?: readonly string[] | Record<string, Written | null>;
    readonly volumes?: readonly string[];
    readonly ports?: readonly string[];
    readonly depends_on?: readonly string[];
  };
  const uses = Array.isArray(networks)
    ? Object.fromEntries((networks as string[]).map((key) => [key, null]))
    : networks;
  return {
    command: null,
    entrypoint: null,
    ...written,
    ...(written.stop_grace_period === "60s" ? { stop_grace_period: "1m0s" } : {}),
    ...(build === undefined
      ? {}
      : { build: { ...build, context: relative(build.context), dockerfile: "Dockerfile" } }),
    networks: uses,
    ...(volumes === undefined ? {} : { volumes: volumes.map(mountOf) }),
    ...(ports === undefined ? {} : { ports: ports.map(portOf) }),
    ...(needs === undefined
      ? {}
      : {
          depends_on: Object.fromEntries(
            needs.map((key) => [key, { condition: "service_started", required: true }]),
          ),
        }),
  } as ComposeService;
}

function mountOf(written: string): object {
  const [source = "", target = "", mode] = written.split(":");
  const readOnly = mode === "ro" ? { read_only: true } : {};
  return source.startsWith("./")
    ? { type: "bind", source: relative(source), target, ...readOnly, bind: {} }
    : { type: "volume", source, target, ...readOnly, volume: {} };
}

function portOf(written: string): object {
  const [published = "", target = ""] = written.split(":");
  return { mode: "ingress", target: Number(target), published, protocol: "tcp" };
}

function relative(path: string): string {
  return path.replace(/^\.\//, "");
}

function mapped<A, B>(
  record: Record<string, A>,
  change: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value, key)]),
  );
}
