import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "minio";
import { connectMinio, MINIO_PORT } from "./minio-client";
import { type HostContext, ownName } from "../host/context";
import { HELPER_LABEL } from "../host/docker/helper";
import { endContainer } from "../host/docker/users";
import { makePrivateFolder, writeDurably } from "../host/durable-file";

const NAME = "scratch-minio";
const PORT = `${MINIO_PORT}/tcp`;

/**
 * Starts a MinIO on a volume that nobody else uses, lets `work` use it and removes it again; the volume stays. Its credentials are
 * random and reach it as files only.
 */
export async function withMinioOn<T>(
  context: HostContext,
  volume: string,
  image: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  await removeMinioServer(context);
  try {
    return await work(await start(context, image, volume));
  } finally {
    await removeMinioServer(context);
  }
}

async function start(context: HostContext, image: string, volume: string): Promise<Client> {
  const accessKey = randomBytes(10).toString("hex");
  const secretKey = randomBytes(20).toString("hex");
  const secrets = secretsFolder(context);
  await makePrivateFolder(secrets);
  await writeDurably(join(secrets, "user"), accessKey);
  await writeDurably(join(secrets, "password"), secretKey);
  const name = ownName(context, NAME);
  const container = await context.docker.createContainer({
    name,
    Image: image,
    Cmd: ["server", "/data"],
    User: "0:0",
    Labels: { [HELPER_LABEL]: "scratch" },
    Env: [
      "MINIO_ROOT_USER_FILE=/run/secrets/scratch/user",
      "MINIO_ROOT_PASSWORD_FILE=/run/secrets/scratch/password",
      "MINIO_BROWSER=off",
      "MINIO_UPDATE=off",
    ],
    ExposedPorts: { [PORT]: {} },
    HostConfig: {
      PortBindings: { [PORT]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
      Mounts: [
        { Type: "volume", Source: volume, Target: "/data" },
        { Type: "bind", Source: secrets, Target: "/run/secrets/scratch", ReadOnly: true },
      ],
    },
  });
  await container.start();
  const port = publishedPort((await container.inspect()).NetworkSettings.Ports);
  const address = { endPoint: "127.0.0.1", port, accessKey, secretKey };
  return connectMinio(address, "the scratch MinIO");
}

function publishedPort(ports: Record<string, { HostPort: string }[] | undefined>): number {
  const published = ports[PORT]?.[0]?.HostPort;
  if (published === undefined) throw new Error("the scratch MinIO ended, or published no port");
  return Number(published);
}

/** Removes the server that a killed run left, and its credentials; volumes stay. */
export async function removeMinioServer(context: HostContext): Promise<void> {
  const containers = await context.docker.listContainers({
    all: true,
    filters: { name: [`^/${ownName(context, NAME)}$`], label: [HELPER_LABEL] },
  });
  for (const container of containers) await endContainer(context, container.Id);
  await rm(secretsFolder(context), { recursive: true, force: true });
}

function secretsFolder(context: HostContext): string {
  return join(context.stateDirectory, "scratch", "minio");
}
