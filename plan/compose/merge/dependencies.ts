import { isMapping, type Mapping } from "../../mapping";

/** Names of the services that one depends on, in the list or the map form. */
export function dependenciesOf({ depends_on: found }: Mapping): readonly string[] {
  if (Array.isArray(found)) return found.map(String);
  return isMapping(found) ? Object.keys(found) : [];
}

/**
 * The service with its dependencies under other names, or without them where there is none: in the form that it has, each once with its
 * options, and without the field where nothing is left.
 */
export function withDependencies(
  service: Mapping,
  standingFor: (name: string) => string | undefined,
): Mapping {
  const { depends_on: found } = service;
  const names = dependenciesOf(service);
  const renamed = new Map<string, string>();
  for (const name of names) {
    const now = standingFor(name);
    // Whoever is named itself has options of its own.
    if (now !== undefined && (now === name || !names.includes(now))) renamed.set(now, name);
  }
  if (renamed.size === 0) return { ...service, depends_on: undefined };
  const depends_on = isMapping(found)
    ? Object.fromEntries([...renamed].map(([now, name]) => [now, found[name]]))
    : [...renamed.keys()];
  return { ...service, depends_on };
}

/** The service with one dependency more. */
export function withDependency(service: Mapping, name: string): Mapping {
  const { depends_on: found } = service;
  const depends_on = isMapping(found)
    ? { ...found, [name]: { condition: "service_started" } }
    : [...dependenciesOf(service), name];
  return { ...service, depends_on };
}
