// What set-up provides, in one place. A version that npm decides (@pulumi/docker, @pulumi/command) must match package.json.

export const NODE_MINIMUM = "20.19.0";
export const PULUMI_VERSION = "3.259.0";
export const PULUMI_MINIMUM = "3.248.0";

const GO_FLAGS = "-s -w";
const SDK_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** The first that tells which fields come from variables. */
export const COMPOSE_MINIMUM = "2.20.0";
export const COMPOSE_VERSION = "2.40.3";
export const COMPOSE_PROGRAM = "docker-compose";

/**
 * What is built from a Go module in toolchain/ where it cannot be downloaded.
 * `forImage` programs run inside Linux containers, the others on this machine.
 */
export const GO_PROGRAMS = {
  pulumi: {
    version: PULUMI_VERSION,
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    linkerFlags: `${GO_FLAGS} -X ${SDK_VERSION_VARIABLE}=v${PULUMI_VERSION}`,
  },
  "pulumi-language-nodejs": {
    version: "3.68.0",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    linkerFlags: GO_FLAGS,
  },
  [COMPOSE_PROGRAM]: {
    version: COMPOSE_VERSION,
    package: "github.com/docker/compose/v2/cmd",
    linkerFlags: `${GO_FLAGS} -X github.com/docker/compose/v2/internal.Version=v${COMPOSE_VERSION}`,
  },
  "pulumi-resource-docker": {
    version: "5.2.0",
    package: ".",
    tags: "no_compose",
    linkerFlags: GO_FLAGS,
  },
  "pulumi-resource-command": { version: "1.2.1", package: ".", linkerFlags: GO_FLAGS },
  minio: {
    version: "20260212",
    package: "github.com/minio/minio",
    linkerFlags: GO_FLAGS,
    forImage: true,
  },
  traefik: {
    version: "3.4.0",
    package: "github.com/traefik/traefik/v3/cmd/traefik",
    linkerFlags: GO_FLAGS,
    forImage: true,
  },
};

/** Plugins by their name in Pulumi; the versions are those of the npm packages. */
export const PLUGINS = {
  docker: { version: "5.2.0", program: "pulumi-resource-docker" },
  command: { version: "1.2.1", program: "pulumi-resource-command" },
};

/** The image that every locally built one stands on, and how it is made without a registry. */
export const BASE_IMAGE = {
  official: "docker.io/library/debian:bookworm-slim",
  version: "bookworm-slim",
  suite: "bookworm",
};

/**
 * The images by their key in .setup/environment.json: the official one, and the local one's version and Go program.
 * `helper` has no official one: it is always built.
 */
export const IMAGES = {
  helper: { version: "1" },
  postgres: { official: "docker.io/library/postgres:15", version: "15" },
  redis: { official: "docker.io/library/redis:7", version: "7" },
  nginx: { official: "docker.io/library/nginx:1.28", version: "1.22" },
  node: { official: "docker.io/library/node:20-bookworm-slim", version: "18", buildsOthers: true },
  python: { official: "docker.io/library/python:3.11-slim", version: "3.11", buildsOthers: true },
  minio: {
    official: "docker.io/minio/minio:RELEASE.2025-09-07T16-13-09Z",
    version: GO_PROGRAMS.minio.version,
    program: "minio",
  },
  traefik: {
    official: "docker.io/library/traefik:v3.4",
    version: GO_PROGRAMS.traefik.version,
    program: "traefik",
  },
};
