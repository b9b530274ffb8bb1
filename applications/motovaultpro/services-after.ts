import {
  built,
  CONFIG_APP,
  edge,
  ENV_FILE,
  postgres,
  redis,
  SECRETS_APP,
  SECRETS_PLATFORM,
} from "./service-parts";
import type { Service } from "../../plan/application/topology";

/** The 6 services after the simplification, on the three networks. */
export const SIMPLIFIED_SERVICES: readonly Service[] = [
  edge({
    name: "mvp-traefik",
    networks: ["motovaultpro_frontend", "motovaultpro_backend"],
    dependsOn: ["mvp-frontend", "mvp-backend"],
  }),
  built("frontend", { name: "mvp-frontend", networks: ["motovaultpro_frontend"] }),
  built("backend", {
    name: "mvp-backend",
    networks: ["motovaultpro_backend", "motovaultpro_database"],
    mounts: [CONFIG_APP, SECRETS_APP, ENV_FILE],
    volumes: [{ volume: "data/documents", target: "/app/data/documents" }],
    dependsOn: ["mvp-postgres", "mvp-redis", "mvp-platform"],
  }),
  postgres(
    { name: "mvp-postgres", networks: ["motovaultpro_database"] },
    "motovaultpro",
    SECRETS_APP,
    "postgres-password.txt",
    "mvp_postgres_data",
  ),
  redis({ name: "mvp-redis", networks: ["motovaultpro_database"] }, "mvp_redis_data"),
  built("vehicles", {
    name: "mvp-platform",
    networks: ["motovaultpro_backend", "motovaultpro_database"],
    environment: {
      VEHICLES_DB_HOST: "mvp-postgres",
      VEHICLES_DB_NAME: "motovaultpro",
      VEHICLES_DB_USER: "motovaultpro",
      VEHICLES_DB_PASSWORD_FILE: "/run/secrets/app/postgres-password.txt",
      VEHICLES_DB_SCHEMA: "vehicles",
      VEHICLES_REDIS_HOST: "mvp-redis",
    },
    mounts: [SECRETS_PLATFORM, SECRETS_APP],
    dependsOn: ["mvp-postgres", "mvp-redis"],
  }),
];
