import type { Service, Topology } from "../application/topology";

/** What a service does, whatever it is called on the side that is live. */
export type Role =
  | "edge"
  | "frontend"
  | "backend"
  | "database"
  | "cache"
  | "objectStore"
  | "platform"
  | "platformDatabase"
  | "platformCache"
  | "platformLoader";

/** Names of each role's service, the earlier one first (document: containers before and after). */
const NAMES: Readonly<Record<Role, readonly string[]>> = {
  edge: ["traefik", "mvp-traefik"],
  frontend: ["admin-frontend", "mvp-frontend"],
  backend: ["admin-backend", "mvp-backend"],
  database: ["admin-postgres", "mvp-postgres"],
  cache: ["admin-redis", "mvp-redis"],
  objectStore: ["admin-minio"],
  platform: ["mvp-platform-vehicles-api", "mvp-platform"],
  platformDatabase: ["mvp-platform-vehicles-db"],
  platformCache: ["mvp-platform-vehicles-redis"],
  platformLoader: ["mvp-platform-vehicles-etl"],
};

const WORDS: Partial<Readonly<Record<Role, string>>> = {
  edge: "the edge",
  frontend: "the frontend",
  backend: "the backend",
  database: "the database",
  cache: "Redis",
  platform: "the platform service",
};

const BUILT_PORTS = { frontend: 3000, backend: 3001, landing: 3000, tenants: 8000, vehicles: 8000 };
const THIRD_PARTY_PORTS = { postgres: 5432, redis: 6379, minio: 9000, traefik: 80 };

/** The service of a topology that has a role; undefined if it has none. */
export function serviceOf(topology: Topology, role: Role): Service | undefined {
  return topology.services.find(({ name }) => NAMES[role].includes(name));
}

/** What a message calls a role's service where the topology has none. */
export function nameOfRole(role: Role): string {
  return NAMES[role][0] ?? role;
}

/** What a text calls a role: by its service's name where only the earlier side has it. */
export function wordOfRole(role: Role): string {
  return WORDS[role] ?? nameOfRole(role);
}

/** The port on which other services reach a service. */
export function portOf(service: Service): number {
  const { image } = service;
  return image.kind === "built" ? BUILT_PORTS[image.image] : THIRD_PARTY_PORTS[image.image];
}

/** Whether documents are objects in MinIO: what the backend mounts or depends on tells it (document: phase 3). */
export function documentsInObjectStore(topology: Topology): boolean {
  const store = serviceOf(topology, "objectStore");
  return (
    store !== undefined && serviceOf(topology, "backend")?.dependsOn.includes(store.name) === true
  );
}
