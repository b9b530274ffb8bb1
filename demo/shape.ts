import type { StackName } from "../plan/application/topology";

/** The containers and networks of a side, without the prefix of their names. */
export interface Shape {
  readonly services: readonly string[];
  readonly networks: readonly string[];
}

/** The two sides as the strategy document has them, written by hand: what the program makes is held against it. */
export const SHAPES: Readonly<Record<StackName, Shape>> = {
  "pre-simplification": {
    services: [
      ...["traefik", "admin-frontend", "admin-backend", "admin-postgres", "admin-redis"],
      ...["admin-minio", "mvp-platform-landing", "mvp-platform-tenants", "platform-postgres"],
      ...["platform-redis", "mvp-platform-vehicles-api", "mvp-platform-vehicles-db"],
      ...["mvp-platform-vehicles-redis", "mvp-platform-vehicles-etl"],
    ],
    networks: [
      ...["admin_frontend", "admin_backend", "admin_database", "admin_platform"],
      "admin_egress",
    ],
  },
  simplified: {
    services: [
      ...["mvp-traefik", "mvp-frontend", "mvp-backend", "mvp-postgres", "mvp-redis"],
      "mvp-platform",
    ],
    networks: ["motovaultpro_frontend", "motovaultpro_backend", "motovaultpro_database"],
  },
};
