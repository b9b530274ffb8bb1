import { parseDocument } from "yaml";
import { mappingOf, type Mapping } from "../mapping";

/** What is wrong with the text of a docker-compose.yml, one line each; empty: it is valid (document: phase 1, first trigger). */
export function composeFileProblems(text: string): readonly string[] {
  const document = parseDocument(text, { merge: true });
  const [error] = document.errors;
  if (error !== undefined) return [`not valid YAML: ${error.message.split("\n")[0] ?? ""}`];
  const file = mappingOf(document.toJS());
  const services = Object.entries(mappingOf(file.services));
  if (services.length === 0) return ["it has no services"];
  return [
    ...services.flatMap(([name, service]) => serviceProblems(name, mappingOf(service), file)),
    ...doublePorts(services),
  ];
}

/** Names of the services of a docker-compose.yml that is valid. */
export function composeServices(text: string): readonly string[] {
  const file = mappingOf(parseDocument(text, { merge: true }).toJS());
  return Object.keys(mappingOf(file.services));
}

function serviceProblems(name: string, service: Mapping, file: Mapping): readonly string[] {
  const runnable = service.image !== undefined || service.build !== undefined;
  return [
    ...(runnable ? [] : [`service ${name} has neither image nor build`]),
    ...undeclared(name, "network", namesOf(service.networks), file.networks),
    ...undeclared(name, "volume", volumesOf(service.volumes), file.volumes),
    ...undeclared(name, "service", namesOf(service.depends_on), file.services),
  ];
}

function undeclared(
  service: string,
  what: string,
  names: readonly string[],
  declared: unknown,
): readonly string[] {
  const known = mappingOf(declared);
  return names
    .filter((name) => !(name in known) && !(what === "network" && name === "default"))
    .map((name) => `service ${service} names the ${what} ${name}, which is not declared`);
}

function doublePorts(services: readonly (readonly [string, unknown])[]): readonly string[] {
  const owners = new Map<string, string>();
  return services.flatMap(([name, service]) =>
    hostPorts(mappingOf(service).ports).flatMap((port) => {
      const owner = owners.get(port);
      owners.set(port, name);
      return owner === undefined ? [] : [`${owner} and ${name} both publish the port ${port}`];
    }),
  );
}

/** The host's part of short and long notation; one container port alone takes any free one. */
function hostPorts(ports: unknown): readonly string[] {
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((port: unknown) => {
    if (typeof port === "object") {
      const { published } = mappingOf(port);
      return published === undefined ? [] : [textOf(published)];
    }
    const host = textOf(port).replace(/:[^:}]*$/, "");
    return host === textOf(port) ? [] : [host];
  });
}

/** A list, or a mapping whose keys count. */
function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : Object.keys(mappingOf(value));
}

/** Named volumes: what is no path. */
function volumesOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const long = mappingOf(entry);
    if (long.type === "volume") return [textOf(long.source)];
    const source = typeof entry === "string" && entry.includes(":") ? entry.split(":")[0] : "";
    return source !== undefined && /^[A-Za-z0-9]/.test(source) ? [source] : [];
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
