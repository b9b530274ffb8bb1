import { counterpartOf, type Description, edgeNames, roleOf } from "../application/description";
import { storesOf } from "../application/application";
import {
  type ContainerDefinition,
  CONTAINER_FIELDS,
  type ExternalNetwork,
  type GovernedVolume,
  type Network,
  type NetworkUse,
  type PublishedPort,
  type Service,
  type ServiceImage,
  type StartCondition,
  type Store,
  type Topology,
} from "../application/topology";
import { withoutUndefined } from "../mapping";
import type { Problem } from "../problem";
import type { ComposeModel, ComposeService } from "../application/compose-model";
import { type Mounts, mountsOf } from "./mounts";
import { refuse, refusedFields } from "./refused-fields";

export type ParsedTopology =
  | { readonly ok: true; readonly topology: Topology }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Seconds that Compose gives a container to stop where its file does not say. */
const DEFAULT_STOP_SECONDS = 10;

/**
 * The topology that a release's Compose files say, with what only the description knows: roles, stores, and the names by which code of
 * the other side calls a service. A field that cannot be applied is a problem, told by its path.
 */
export function topologyOf(model: ComposeModel, description: Description): ParsedTopology {
  const services = Object.entries(model.services).map(([name, service]) => {
    const mounts = mountsOf(name, service, model, description);
    const problems = [...refusedFields(name, service), ...mounts.problems];
    return { problems, service: serviceOf(name, service, model, description, mounts) };
  });
  const topology = {
    project: model.name,
    services: services.map(({ service }) => service),
    networks: networksOf(model),
    externalNetworks: externalNetworksOf(model),
    volumes: volumesOf(
      description,
      services.map(({ service }) => service),
      model,
    ),
  };
  const problems = [
    ...services.flatMap((each) => each.problems),
    ...edgeProblems(topology, description),
    ...portsTwice(topology),
  ];
  return problems.length === 0 ? { ok: true, topology } : { ok: false, problems };
}

function serviceOf(
  name: string,
  service: ComposeService,
  model: ComposeModel,
  description: Description,
  mounts: Mounts,
): Service {
  const role = roleOf(description, name);
  const selfActing = description.selfActing.includes(name);
  return {
    name,
    containerName: service.container_name ?? `${model.name}-${name}-1`,
    role,
    image: imageOf(name, service, model),
    definition: definitionOf(service),
    networks: networkUses(name, service, model, description),
    mounts: mounts.mounts,
    volumes: mounts.volumes,
    hostMounts: mounts.hostMounts,
    memoryMounts: mounts.memoryMounts,
    anonymousVolumes: mounts.anonymousVolumes,
    port: portOf(service),
    ports: publishedPorts(service),
    dependsOn: Object.keys(service.depends_on ?? {}),
    startsAfter: startConditions(service),
    runsOnce: runsOnce(name, model),
    startPolicy: role === "edge" ? "edge" : selfActing ? "selfActing" : "ordinary",
    stopSeconds: secondsOf(service.stop_grace_period) ?? DEFAULT_STOP_SECONDS,
  };
}

const UNTIL = {
  service_started: undefined,
  service_healthy: "healthy",
  service_completed_successfully: "completed",
} as const;

function startConditions({ depends_on: needed = {} }: ComposeService): readonly StartCondition[] {
  return Object.entries(needed).flatMap(([service, { condition }]) => {
    const until = UNTIL[condition];
    return until === undefined ? [] : [{ service, until }];
  });
}

/** Nothing else says that a service is meant to end. */
function runsOnce(name: string, { services }: ComposeModel): boolean {
  return Object.values(services).some(
    ({ depends_on: needed = {} }) => needed[name]?.condition === "service_completed_successfully",
  );
}

/** What is built is named by its content: the file's tag says nothing. */
function imageOf(
  name: string,
  { image, build }: ComposeService,
  model: ComposeModel,
): ServiceImage {
  if (build === undefined) return { kind: "registry", reference: image ?? "" };
  const { context, dockerfile, args = {}, target } = build;
  return {
    kind: "built",
    name: withoutTag(image ?? `${model.name}-${name}`),
    build: {
      context,
      ...(dockerfile === undefined ? {} : { dockerfile }),
      args: Object.fromEntries(
        Object.entries(args).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
      ),
      ...(target === undefined ? {} : { target }),
    },
  };
}

/** A colon before a slash is a registry's port. */
function withoutTag(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}

function definitionOf(service: ComposeService): ContainerDefinition {
  return Object.fromEntries(
    CONTAINER_FIELDS.flatMap((field) => {
      const value = service[field];
      return value === undefined || value === null ? [] : [[field, value]];
    }),
  );
}

/**
 * Code of the other side finds a service by the name that its counterpart has there, unless that one is here too; not on a network of
 * somebody else's, where the counterpart itself may be.
 */
function networkUses(
  name: string,
  { networks = {} }: ComposeService,
  { services, networks: known }: ComposeModel,
  description: Description,
): readonly NetworkUse[] {
  const other = counterpartOf(description, name);
  const further = other === undefined || other in services ? [] : [other];
  return Object.entries(networks).map(([network, use]) => ({
    name: network,
    aliases: [
      ...new Set([...(use?.aliases ?? []), ...(known[network]?.external === true ? [] : further)]),
    ],
    ...(use?.ipv4_address === undefined ? {} : { ipv4Address: use.ipv4_address }),
    ...(use?.ipv6_address === undefined ? {} : { ipv6Address: use.ipv6_address }),
  }));
}

function portOf({ expose = [], ports = [] }: ComposeService): number | null {
  const exposed = Number.parseInt(expose[0] ?? "", 10);
  return Number.isNaN(exposed) ? (ports[0]?.target ?? null) : exposed;
}

function publishedPorts({ ports = [] }: ComposeService): readonly PublishedPort[] {
  return ports.map(({ target, published, host_ip: address, protocol }) => ({
    container: target,
    host: Number(published),
    ...(address === undefined ? {} : { address }),
    protocol,
  }));
}

function networksOf({ networks }: ComposeModel): readonly Network[] {
  return Object.entries(networks)
    .filter(([, { external }]) => external !== true)
    .map(([name, { name: dockerName, internal = false, ...definition }]) => ({
      ...{ name, dockerName, internal, definition },
    }));
}

function externalNetworksOf({ networks }: ComposeModel): readonly ExternalNetwork[] {
  return Object.entries(networks)
    .filter(([, { external }]) => external === true)
    .map(([name, { name: dockerName }]) => ({ name, dockerName }));
}

function volumesOf(
  description: Description,
  services: readonly Service[],
  model: ComposeModel,
): readonly GovernedVolume[] {
  const used = new Set(services.flatMap(({ volumes }) => volumes.map(({ volume }) => volume)));
  return storesOf(description)
    .filter(({ name }) => used.has(name))
    .map((store) => governedVolume(store, model));
}

function governedVolume({ kind, ...store }: Store, model: ComposeModel): GovernedVolume {
  if (kind === "folder") return { ...store, kind };
  const { name, external, driver, driver_opts, labels } = model.volumes[store.name] ?? {};
  const dockerName = name ?? `${model.name}_${store.name}`;
  const definition = withoutUndefined({ driver, driver_opts, labels });
  const made = Object.keys(definition).length === 0 ? {} : { definition };
  const kept = external === true ? ({ external } as const) : {};
  return { ...store, kind, dockerName, ...kept, ...made };
}

function edgeProblems({ services }: Topology, description: Description): readonly Problem[] {
  const edges = services.filter(({ startPolicy }) => startPolicy === "edge");
  if (edges.length === 1) return [];
  const names = [...new Set(Object.values(edgeNames(description)))];
  return [
    refuse(
      "services",
      `has ${edges.length === 0 ? "no edge" : `${edges.length} edges`} (the description's role edge: ${names.join(" or ")})`,
      "choose another commit (preRef, simplifiedRef), or correct roles and counterparts in the description",
    ),
  ];
}

/** Compose finds out when it starts the second one. */
function portsTwice({ services }: Topology): readonly Problem[] {
  const all = services.flatMap(({ name, ports }) => ports.map((port) => ({ name, ...port })));
  return all.flatMap((port, index) => {
    const first = all.slice(0, index).find((other) => meet(other, port));
    return first === undefined
      ? []
      : [
          refuse(
            `services.${port.name}.ports`,
            `publishes port ${port.host}, and so does "${first.name}"`,
            "give one of them another host port",
          ),
        ];
  });
}

function meet(one: PublishedPort, other: PublishedPort): boolean {
  const anywhere = one.address === undefined || other.address === undefined;
  return (
    one.host === other.host &&
    one.protocol === other.protocol &&
    (anywhere || one.address === other.address)
  );
}

/** Of a duration as Compose writes it: `1m30s`, `500ms`. Undefined where there is none. */
export function secondsOf(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const units = { h: 3600, m: 60, s: 1, ms: 0.001, us: 0.000_001, ns: 0.000_000_001 };
  const parts = [...duration.matchAll(/([\d.]+)(h|ms|m|s|us|ns)/g)];
  const seconds = parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * units[unit as keyof typeof units],
    0,
  );
  return Math.ceil(seconds);
}
