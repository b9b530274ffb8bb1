import type Docker from "dockerode";
import type { Client } from "minio";
import { messageOf } from "../plan/problem";
import { waitFor } from "../host/docker/wait";
import { containerSettings } from "./container-settings";

/** On which MinIO listens in its container. */
export const MINIO_PORT = 9000;
/** Of both credentials, where a server was told none. */
const DEFAULT_CREDENTIAL = "minioadmin";
const ANSWERS_WITHIN_MS = 60_000;

/** Larger objects go up in parts of this size; each part is held in memory. */
const PART_BYTES = 8 * 1024 * 1024;

export interface MinioAddress {
  readonly endPoint: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A client that MinIO answers; `what` names it in errors. */
export async function connectMinio(address: MinioAddress, what: string): Promise<Client> {
  // Loaded only here: it takes a while, and most runs talk to no object store.
  const { Client } = await import("minio");
  const client = new Client({ ...address, useSSL: false, partSize: PART_BYTES });
  await waitFor(
    async () => {
      try {
        return { done: true, value: await client.listBuckets() };
      } catch (error) {
        return { done: false, state: messageOf(error) };
      }
    },
    { deadlineMs: ANSWERS_WITHIN_MS, intervalMs: 100, message: `${what} to answer` },
  );
  return client;
}

/** A client of a running container's MinIO, which publishes no port: by its own address, as its root user. */
export async function minioOfContainer(container: Docker.Container): Promise<Client> {
  const { Name, NetworkSettings } = await container.inspect();
  const what = `MinIO "${Name.replace(/^\//, "")}"`;
  const networks = Object.values(NetworkSettings.Networks);
  const endPoint = networks.map(({ IPAddress }) => IPAddress).find((address) => address !== "");
  if (endPoint === undefined) {
    throw new Error(`${what} cannot be reached: it does not run, or has no network`);
  }
  const setting = await containerSettings(container);
  const accessKey = (await setting("MINIO_ROOT_USER")) ?? DEFAULT_CREDENTIAL;
  const secretKey = (await setting("MINIO_ROOT_PASSWORD")) ?? DEFAULT_CREDENTIAL;
  return connectMinio({ endPoint, port: MINIO_PORT, accessKey, secretKey }, what);
}
