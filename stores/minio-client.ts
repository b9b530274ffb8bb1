import { Client } from "minio";
import type { HostContext } from "../host/context";
import { environmentOf, inspectContainer } from "../host/docker/containers";
import { executeOrFail } from "../host/docker/exec";
import { waitFor } from "../host/docker/wait";

const PORT = 9000;
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
  const client = new Client({ ...address, useSSL: false, partSize: PART_BYTES });
  await waitFor(
    async () => {
      try {
        return { done: true, value: await client.listBuckets() };
      } catch (error) {
        return { done: false, state: error instanceof Error ? error.message : String(error) };
      }
    },
    { deadlineMs: ANSWERS_WITHIN_MS, intervalMs: 100, message: `${what} to answer` },
  );
  return client;
}

/** A client of a running container's MinIO, which publishes no port: by its own address, as its root user. */
export async function minioOfContainer(context: HostContext, id: string): Promise<Client> {
  const info = await inspectContainer(context, id);
  const name = info?.Name.replace(/^\//, "") ?? id;
  const networks = Object.values(info?.NetworkSettings.Networks ?? {});
  const endPoint = networks.map(({ IPAddress }) => IPAddress).find((address) => address !== "");
  if (info === undefined || endPoint === undefined) {
    throw new Error(`MinIO "${name}" cannot be reached: it does not run, or has no network`);
  }
  const variables = new Map(environmentOf(info).map(pairOf));
  const secret = (variable: string) => secretOf(context, id, variables, variable);
  const [accessKey, secretKey] = await Promise.all([
    secret("MINIO_ROOT_USER"),
    secret("MINIO_ROOT_PASSWORD"),
  ]);
  return connectMinio({ endPoint, port: PORT, accessKey, secretKey }, `MinIO "${name}"`);
}

function pairOf(entry: string): [string, string] {
  const at = entry.indexOf("=");
  return [entry.slice(0, at), entry.slice(at + 1)];
}

/** What the server itself reads: the file that a variable names, else the variable, else MinIO's own default. */
async function secretOf(
  context: HostContext,
  id: string,
  variables: ReadonlyMap<string, string>,
  variable: string,
): Promise<string> {
  const file = variables.get(`${variable}_FILE`);
  if (file === undefined) return variables.get(variable) ?? "minioadmin";
  const content = await executeOrFail(context.docker.getContainer(id), ["cat", "--", file]);
  return content.trim();
}
