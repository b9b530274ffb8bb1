import { sameData } from "../same-data";
import type { Service } from "../application/topology";
import type { Wanted } from "../model/wanted";

/** Names of services, by what a change of the live stack does to them. */
export interface ContainerChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly replaced: readonly string[];
}

/** A container is replaced exactly when what it runs, reads or is attached to has changed. */
export function containerChanges(before: Wanted, after: Wanted): ContainerChanges {
  const [old, next] = [before, after].map(
    (wanted) => new Map(wanted.topology.services.map((each) => [each.name, each])),
  ) as [Map<string, Service>, Map<string, Service>];
  const replaced = [...next].filter(([name, service]) => {
    const previous = old.get(name);
    return previous !== undefined && !sameData(madeOf(previous, before), madeOf(service, after));
  });
  return {
    added: [...next.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !next.has(name)),
    replaced: replaced.map(([name]) => name),
  };
}

/** Everything about a service that its container is created with; who needs whom, and when it starts, is not among it. */
function madeOf(service: Service, wanted: Wanted): unknown {
  return {
    ...service,
    ...{ dependsOn: [], startsAfter: [], runsOnce: false },
    image: wanted.images[service.name],
    mounts: service.mounts.map(({ path, target }) => [target, wanted.release.mounts[path]]),
  };
}
