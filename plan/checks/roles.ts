import type { Role, Service, Topology } from "../application/topology";

const WORDS: Readonly<Record<Role, string>> = {
  edge: "the edge",
  frontend: "the frontend",
  backend: "the backend",
  database: "the database",
  cache: "Redis",
  objectStore: "the object store",
  platform: "the platform service",
  platformDatabase: "the platform's database",
  platformCache: "the platform's Redis",
  platformLoader: "the platform's loader",
};

/** The service of a topology that has a role; undefined if it has none. */
export function serviceOf(topology: Topology, role: Role): Service | undefined {
  return topology.services.find((service) => service.role === role);
}

/** What a text calls a role, whichever side's. */
export function wordOfRole(role: Role): string {
  return WORDS[role];
}

/** Whether documents are objects in MinIO: what the backend mounts or depends on tells it (document: phase 3). */
export function documentsInObjectStore(topology: Topology): boolean {
  const store = serviceOf(topology, "objectStore");
  return (
    store !== undefined && serviceOf(topology, "backend")?.dependsOn.includes(store.name) === true
  );
}
