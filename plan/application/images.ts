import type { BuiltImage, ThirdPartyImage } from "./topology";

/** Images that are built from the application's release; each Dockerfile stands in its context folder. */
export const builtImages: readonly BuiltImage[] = [
  { name: "frontend", context: "frontend" },
  { name: "backend", context: "backend" },
  { name: "landing", context: "mvp-platform-services/landing" },
  { name: "tenants", context: "mvp-platform-services/tenants" },
  { name: "vehicles", context: "mvp-platform-services/vehicles" },
];

/** Keys of config `images`: what runs as it is, what reads and writes volumes, what built images start from. */
export type ImageKey = ThirdPartyImage | "helper" | "node" | "nginx" | "python";

/** An image reference for each key. */
export type ImageNames = Readonly<Record<ImageKey, string>>;

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

/** Docker build argument that hands each base image to the Dockerfiles. */
export const BASE_IMAGE_ARGUMENTS: Readonly<Record<"node" | "nginx" | "python", string>> = {
  node: "NODE_IMAGE",
  nginx: "NGINX_IMAGE",
  python: "PYTHON_IMAGE",
};
