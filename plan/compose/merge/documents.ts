import { counterpartOf } from "../../application/description";
import type { Mapping } from "../../mapping";
import { sameData } from "../../same-data";
import { dependenciesOf, withDependencies, withDependency } from "./dependencies";
import type { Member } from "./members";
import { type Merging, standingFor } from "./merging";
import { mountsOf, sourceOf } from "./mounts";
import { serviceOf } from "./sources";

/**
 * Where the backend has the documents follows its code, not the rest of the file: where code that keeps them as objects is back, it has
 * no folder and needs the object store; else it has the simplified backend's folders, even on the earlier side, and needs no store.
 */
export function withDocuments(member: Member, merging: Merging): Member {
  const { description, rolledBack, sources } = merging;
  const { backend, objectStore } = description.roles;
  if (backend === undefined || objectStore === undefined) return member;
  const backends = [backend, counterpartOf(description, backend)];
  if (rolledBack.documentsAsObjects === null || !backends.includes(member.name)) return member;
  const folders = backends
    .map((name) => (name === undefined ? undefined : serviceOf(sources.simplified, name)))
    .flatMap((service) => (service === undefined ? [] : mountsOf(service)))
    .filter((mount) => description.stores[sourceOf(mount) ?? ""] === "documents");
  const service = rolledBack.documentsAsObjects
    ? asObjects(member.service, folders, objectStore, merging)
    : asFiles(member.service, folders, objectStore);
  return { ...member, service };
}

function asObjects(
  service: Mapping,
  folders: readonly unknown[],
  objectStore: string,
  merging: Merging,
): Mapping {
  const without = withMounts(service, otherMounts(service, folders));
  const store = standingFor(objectStore, merging);
  const names = dependenciesOf(service).map((name) => standingFor(name, merging));
  return store === undefined || names.includes(store) ? without : withDependency(without, store);
}

function asFiles(service: Mapping, folders: readonly unknown[], objectStore: string): Mapping {
  const has = folders.every((folder) => mountsOf(service).some((each) => sameData(each, folder)));
  const mounts = has ? mountsOf(service) : [...otherMounts(service, folders), ...folders];
  return withDependencies(withMounts(service, mounts), (name) =>
    name === objectStore ? undefined : name,
  );
}

function otherMounts(service: Mapping, folders: readonly unknown[]): readonly unknown[] {
  const sources = folders.map(sourceOf);
  return mountsOf(service).filter((mount) => {
    const source = sourceOf(mount);
    return source === undefined || !sources.includes(source);
  });
}

function withMounts(service: Mapping, mounts: readonly unknown[]): Mapping {
  return { ...service, volumes: mounts.length === 0 ? undefined : mounts };
}
