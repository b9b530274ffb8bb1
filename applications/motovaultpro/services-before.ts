import {
  built,
  CONFIG_APP,
  edge,
  ENV_FILE,
  minio,
  postgres,
  redis,
  SECRETS_APP,
  SECRETS_PLATFORM,
} from "./service-parts";
import type { Service } from "../../plan/application/topology";

const VEHICLES_ENVIRONMENT = {
  VEHICLES_DB_HOST: "mvp-platform-vehicles-db",
  VEHICLES_DB_NAME: "vehicles",
  VEHICLES_DB_USER: "vehicles",
  VEHICLES_DB_PASSWORD_FILE: "/run/secrets/platform/vehicles-db-password.txt",
  VEHICLES_REDIS_HOST: "mvp-platform-vehicles-redis",
};

const APPLICATION: readonly Service[] = [
  edge({
    name: "traefik",
    networks: ["admin_frontend"],
    dependsOn: ["admin-frontend", "admin-backend", "mvp-platform-landing", "mvp-platform-tenants"],
  }),
  built("frontend", { name: "admin-frontend", networks: ["admin_frontend"] }),
  built("backend", {
    name: "admin-backend",
    networks: [
      "admin_frontend",
      "admin_backend",
      "admin_database",
      "admin_platform",
      "admin_egress",
    ],
    mounts: [CONFIG_APP, SECRETS_APP, ENV_FILE],
    dependsOn: ["admin-postgres", "admin-redis", "admin-minio", "mvp-platform-vehicles-api"],
  }),
  postgres(
    { name: "admin-postgres", networks: ["admin_database"] },
    "motovaultpro",
    SECRETS_APP,
    "postgres-password.txt",
    "admin_postgres_data",
  ),
  redis({ name: "admin-redis", networks: ["admin_database"] }, "admin_redis_data"),
  minio({ name: "admin-minio", networks: ["admin_backend"] }, "admin_minio_data"),
];

const PLATFORM: readonly Service[] = [
  built("landing", { name: "mvp-platform-landing", networks: ["admin_frontend"] }),
  built("tenants", {
    name: "mvp-platform-tenants",
    networks: ["admin_frontend", "admin_platform"],
    mounts: [SECRETS_PLATFORM],
    dependsOn: ["platform-postgres", "platform-redis"],
  }),
  postgres(
    { name: "platform-postgres", networks: ["admin_platform"] },
    "platform",
    SECRETS_PLATFORM,
    "platform-db-password.txt",
    "platform_postgres_data",
  ),
  redis({ name: "platform-redis", networks: ["admin_platform"] }, "platform_redis_data"),
];

/** The platform's vehicles part, which phase 8 brings back as a whole. */
const VEHICLES: readonly Service[] = [
  built("vehicles", {
    name: "mvp-platform-vehicles-api",
    networks: ["admin_backend", "admin_platform"],
    environment: VEHICLES_ENVIRONMENT,
    mounts: [SECRETS_PLATFORM],
    dependsOn: ["mvp-platform-vehicles-db", "mvp-platform-vehicles-redis"],
  }),
  postgres(
    { name: "mvp-platform-vehicles-db", networks: ["admin_platform"] },
    "vehicles",
    SECRETS_PLATFORM,
    "vehicles-db-password.txt",
    "mvp_platform_vehicles_db_data",
  ),
  redis(
    { name: "mvp-platform-vehicles-redis", networks: ["admin_platform"] },
    "mvp_platform_vehicles_redis_data",
  ),
  built("vehicles", {
    name: "mvp-platform-vehicles-etl",
    networks: ["admin_platform", "admin_egress"],
    command: ["python3", "-m", "etl"],
    environment: VEHICLES_ENVIRONMENT,
    mounts: [SECRETS_PLATFORM],
    dependsOn: ["mvp-platform-vehicles-db", "mvp-platform-vehicles-redis"],
  }),
];

/** The 14 services before the simplification, on the five networks. */
export const EARLIER_SERVICES: readonly Service[] = [...APPLICATION, ...PLATFORM, ...VEHICLES];
