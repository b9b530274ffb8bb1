import type {
  PublishedPort,
  ReleaseMount,
  Service,
  ThirdPartyImage,
} from "../../plan/application/topology";

/** Seconds that a service with data has to write it down before it is killed. */
const DATA_STOP_SECONDS = 60;
const STOP_SECONDS = 10;
/** The edge is stopped inside the cutover: whoever waits longer than this is served by nobody. */
const EDGE_STOP_SECONDS = 2;

export const CONFIG_APP: ReleaseMount = { path: "config/app", target: "/app/config/app" };
export const ENV_FILE: ReleaseMount = { path: ".env", target: "/app/.env" };
export const SECRETS_APP: ReleaseMount = { path: "secrets/app", target: "/run/secrets/app" };
export const SECRETS_PLATFORM: ReleaseMount = {
  path: "secrets/platform",
  target: "/run/secrets/platform",
};
const CONFIG_TRAEFIK: ReleaseMount = { path: "config/traefik", target: "/etc/traefik" };

const EDGE_PORTS: readonly PublishedPort[] = [
  { name: "http", container: 80 },
  { name: "https", container: 443 },
  { name: "dashboard", container: 8080 },
];

const BUILT_PORTS = { frontend: 3000, backend: 3001, landing: 3000, tenants: 8000, vehicles: 8000 };
const THIRD_PARTY_PORTS: Readonly<Record<ThirdPartyImage, number>> = {
  postgres: 5432,
  redis: 6379,
  minio: 9000,
  traefik: 80,
};

/** What a service has of its own, besides what all services of its make share. */
export type ServiceParts = Pick<Service, "name" | "networks"> & Partial<Service>;

interface Make {
  readonly image: Service["image"];
  readonly port: number;
  readonly stopSeconds: number;
}

/** A service built from the application's release; its image brings the health check. */
export function built(image: keyof typeof BUILT_PORTS, parts: ServiceParts): Service {
  return service(
    { image: { kind: "built", image }, port: BUILT_PORTS[image], stopSeconds: STOP_SECONDS },
    parts,
  );
}

/** Traefik, the only service with host ports. */
export function edge(parts: ServiceParts): Service {
  return service(thirdParty("traefik", EDGE_STOP_SECONDS), {
    mounts: [CONFIG_TRAEFIK],
    healthCheck: { test: ["CMD", "traefik", "healthcheck"] },
    ports: EDGE_PORTS,
    ...parts,
  });
}

/** A PostgreSQL whose user and database share one name and whose password is a mounted file. */
export function postgres(
  parts: ServiceParts,
  database: string,
  secrets: ReleaseMount,
  passwordFile: string,
  volume: string,
): Service {
  const password = fileOf(secrets, passwordFile);
  return service(thirdParty("postgres", DATA_STOP_SECONDS), {
    environment: {
      POSTGRES_USER: database,
      POSTGRES_DB: database,
      POSTGRES_PASSWORD_FILE: password.target,
      POSTGRES_INITDB_ARGS: "--data-checksums",
    },
    mounts: [password],
    volumes: [{ volume, target: "/var/lib/postgresql/data" }],
    // Over TCP: during the first start a temporary server answers on the socket only.
    healthCheck: {
      test: ["CMD", "pg_isready", "-U", database, "-d", database, "-h", "127.0.0.1"],
    },
    ...parts,
  });
}

/** A Redis that writes its data down at most a minute after a change. */
export function redis(parts: ServiceParts, volume: string): Service {
  return service(thirdParty("redis", DATA_STOP_SECONDS), {
    command: ["redis-server", "--save", "60", "1"],
    volumes: [{ volume, target: "/data" }],
    // -e: without it an error reply, such as LOADING, counts as success.
    healthCheck: { test: ["CMD", "redis-cli", "-e", "ping"] },
    ...parts,
  });
}

/** The object store for documents (document: phase 3). */
export function minio(parts: ServiceParts, volume: string): Service {
  const accessKey = fileOf(SECRETS_APP, "minio-access-key.txt");
  const secretKey = fileOf(SECRETS_APP, "minio-secret-key.txt");
  return service(thirdParty("minio", DATA_STOP_SECONDS), {
    command: ["server", "/data"],
    environment: {
      MINIO_ROOT_USER_FILE: accessKey.target,
      MINIO_ROOT_PASSWORD_FILE: secretKey.target,
    },
    mounts: [accessKey, secretKey],
    volumes: [{ volume, target: "/data" }],
    healthCheck: {
      test: ["CMD-SHELL", "curl -fsS http://127.0.0.1:9000/minio/health/live || mc ready local"],
    },
    ...parts,
  });
}

/** A store mounts only the secrets that are its own: a change to another one does not replace it. */
function fileOf({ path, target }: ReleaseMount, file: string): ReleaseMount {
  return { path: `${path}/${file}`, target: `${target}/${file}` };
}

function thirdParty(image: ThirdPartyImage, stopSeconds: number): Make {
  return { image: { kind: "thirdParty", image }, port: THIRD_PARTY_PORTS[image], stopSeconds };
}

/** What it does and when it starts is said by the description. */
function service(make: Make, parts: ServiceParts): Service {
  return {
    aliases: [],
    role: null,
    environment: {},
    mounts: [],
    volumes: [],
    ports: [],
    dependsOn: [],
    startPolicy: "ordinary",
    ...make,
    ...parts,
  };
}
