import type { ImageNames } from "../../plan/application/images";
import type { BuiltImage } from "../../plan/application/topology";

/** Images that are built from the application's release; each Dockerfile stands in its context folder. */
export const builtImages: readonly BuiltImage[] = [
  { name: "frontend", context: "frontend" },
  { name: "backend", context: "backend" },
  { name: "landing", context: "mvp-platform-services/landing" },
  { name: "tenants", context: "mvp-platform-services/tenants" },
  { name: "vehicles", context: "mvp-platform-services/vehicles" },
];

/** The official image of each key, where config `images` names no other. */
export const imageDefaults: ImageNames = {
  postgres: "postgres:15",
  redis: "redis:7",
  minio: "minio/minio:RELEASE.2025-09-07T16-13-09Z",
  traefik: "traefik:v3.4",
  // Backups need GNU tar with xattrs and ACLs, and zstd: this image has both and is on the host anyway.
  helper: "postgres:15",
  node: "node:20-bookworm-slim",
  nginx: "nginx:1.28",
  python: "python:3.11-slim",
};
