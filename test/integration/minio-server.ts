import type Docker from "dockerode";
import { Client } from "minio";
import type { GovernedVolume } from "../../plan/application/topology";
import { answers, type DataHost, PASSWORD } from "./data-host";

export const BUCKET = "documents";

export interface MinioServer {
  readonly container: Docker.Container;
  readonly client: Client;
}

/** Starts a MinIO on a governed volume, with the bucket that the application's documents are in. */
export async function startMinio(
  host: DataHost,
  service: string,
  volume: GovernedVolume,
): Promise<MinioServer> {
  const container = await host.start(service, volume, {
    image: host.images.minio,
    target: "/data",
    command: ["server", "/data"],
    environment: [
      "MINIO_ROOT_USER_FILE=/run/secrets/test/user",
      "MINIO_ROOT_PASSWORD_FILE=/run/secrets/test/password",
    ],
    port: "9000/tcp",
  });
  const { Ports } = (await container.inspect()).NetworkSettings;
  const client = new Client({
    endPoint: "127.0.0.1",
    port: Number(Ports["9000/tcp"]?.[0]?.HostPort),
    useSSL: false,
    accessKey: "tester",
    secretKey: PASSWORD,
  });
  await answers(async () => {
    if (!(await client.bucketExists(BUCKET))) await client.makeBucket(BUCKET);
  }, "MinIO");
  return { container, client };
}
