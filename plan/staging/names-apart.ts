import type { Service, StackName, Topology } from "../application/topology";
import { otherStack } from "../application/topology";

/** What on Docker is called by a name that is nobody else's. */
interface Names {
  readonly containers: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
}

/** Where a service tells Traefik by which network it is reached. */
const TRAEFIK_LABEL = /^traefik\.(docker|swarm)\.network$/;
const TRAEFIK_ARGUMENT = /^--providers\.(docker|swarm)\.network=/i;
const TRAEFIK_VARIABLE = /^TRAEFIK_PROVIDERS_(DOCKER|SWARM)_NETWORK$/i;

/**
 * A side that is to stand beside another one: containers and networks that both of them name alike get `<name>-<stack>`, and what
 * refers to them follows.
 */
export function apartFrom(topology: Topology, stack: StackName, other: Topology): Topology {
  const taken = namesOf(other);
  const plain = (names: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...names].flatMap((name) => [name, withoutSuffix(name, otherStack(stack))]));
  return suffixed(topology, stack, {
    containers: plain(taken.containers),
    networks: plain(taken.networks),
  });
}

/** A side that runs keeps the names that it runs under: what of them has the stack's suffix has it again. */
export function namedAs(topology: Topology, stack: StackName, running: Names): Topology {
  const had = (names: ReadonlySet<string>): ReadonlySet<string> =>
    new Set(
      [...names]
        .filter((name) => name !== withoutSuffix(name, stack))
        .map((name) => withoutSuffix(name, stack)),
    );
  return suffixed(topology, stack, {
    containers: had(running.containers),
    networks: had(running.networks),
  });
}

export function namesOf({ services, networks }: Topology): Names {
  return {
    containers: new Set(services.map(({ containerName }) => containerName)),
    networks: new Set(networks.map(({ dockerName }) => dockerName)),
  };
}

/** Names that this side has because the other one has them too: its containers and networks by their keys. */
export function suffixedNames(
  { services, networks }: Topology,
  stack: StackName,
): readonly string[] {
  return [
    ...services.map(({ containerName }) => containerName),
    ...networks.map(({ dockerName }) => dockerName),
  ].filter((name) => name !== withoutSuffix(name, stack));
}

function suffixed(topology: Topology, stack: StackName, names: Names): Topology {
  const networks = topology.networks.map((network) => ({
    ...network,
    dockerName: suffixedName(network.dockerName, stack, names.networks),
  }));
  const renamed = new Map(
    topology.networks.map(({ dockerName }, index) => [
      dockerName,
      networks[index]?.dockerName ?? dockerName,
    ]),
  );
  const services = topology.services.map((service) =>
    suffixedService(service, stack, names.containers, renamed),
  );
  return { ...topology, services, networks };
}

function suffixedService(
  service: Service,
  stack: StackName,
  names: ReadonlySet<string>,
  networks: ReadonlyMap<string, string>,
): Service {
  const containerName = suffixedName(service.containerName, stack, names);
  const followed = { ...service, containerName, definition: following(service, networks) };
  return containerName === service.containerName
    ? followed
    : { ...followed, networks: alsoKnownAs(service, service.containerName) };
}

function suffixedName(name: string, stack: StackName, names: ReadonlySet<string>): string {
  return names.has(name) ? `${name}-${stack}` : name;
}

/** On a network a container is found by its name too. */
function alsoKnownAs({ name: key, networks }: Service, name: string): Service["networks"] {
  if (name === key) return networks;
  return networks.map((use) => ({ ...use, aliases: [...new Set([...use.aliases, name])] }));
}

/** Traefik asks Docker for the network of that name. */
function following(
  { definition }: Service,
  networks: ReadonlyMap<string, string>,
): Service["definition"] {
  const { labels, environment, command } = definition;
  const known = (name: string): string => networks.get(name) ?? name;
  return {
    ...definition,
    ...(labels === undefined ? {} : { labels: mapped(labels, TRAEFIK_LABEL, known) }),
    ...(environment === undefined
      ? {}
      : { environment: mapped(environment, TRAEFIK_VARIABLE, known) }),
    ...(Array.isArray(command)
      ? { command: command.map((argument) => inArgument(argument, known)) }
      : {}),
  };
}

function mapped<V extends string | null>(
  values: Readonly<Record<string, V>>,
  keys: RegExp,
  known: (name: string) => string,
): Record<string, V> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value !== null && keys.test(key) ? (known(value) as V) : value,
    ]),
  );
}

function inArgument(argument: string, known: (name: string) => string): string {
  const option = TRAEFIK_ARGUMENT.exec(argument)?.[0];
  return option === undefined ? argument : `${option}${known(argument.slice(option.length))}`;
}

function withoutSuffix(name: string, stack: StackName): string {
  const suffix = `-${stack}`;
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}
