import { rm } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { Client } from "minio";
import { documentsInObjectStore } from "../plan/checks/roles";
import type { DataKind, GovernedVolume } from "../plan/application/topology";
import { runHelper } from "../host/docker/helper";
import { folderPath, volumeMount } from "../host/docker/users";
import { containerOf } from "../stores/sql";
import { type CheckScene, requireService } from "./scene";

const MINIO_PORT = 9000;
const TAR_BLOCK = 512;

/** Keys that only one of the two sides has. */
export interface Unmatched {
  readonly withoutObject: readonly string[];
  readonly withoutRow: readonly string[];
}

/** On disk MinIO keeps an object as a folder of its key; a file that is being written begins with a dot. */
const COMPARE = `
cd "/volume/$1"
export LC_ALL=C TMPDIR=/dev/shm
objects() {
  if [ "$2" = minio ]
  then find . -type f -name xl.meta -printf '%h\\n'
  else find . -type f ! -name '.*' -printf '%p\\n'
  fi | cut -c 3- | sort
}
comm -3 <(sort -u) <(objects "$@") | head -n 1000
`;

/** Compares the keys that rows name with the objects that are stored. @throws Error when the store is not there. */
export async function unmatchedKeys(
  scene: CheckScene,
  settings: { readonly bucket: string },
  keys: readonly string[],
): Promise<Unmatched> {
  const inMinio = documentsInObjectStore(scene.topology);
  const volume = volumeOfKind(scene, inMinio ? "minio" : "documents");
  const output = await runHelper(scene.context, {
    purpose: "compare documents",
    script: COMPARE,
    arguments: inMinio ? [settings.bucket, "minio"] : [".", "folder"],
    mounts: [volumeMount(scene.context, volume, { readOnly: true })],
    feed: (write) => write(Buffer.from(keys.map((key) => `${key}\n`).join(""))),
  });
  const lines = output.split("\n").filter((line) => line !== "");
  return {
    withoutObject: lines.filter((line) => !line.startsWith("\t")),
    withoutRow: lines.filter((line) => line.startsWith("\t")).map((line) => line.slice(1)),
  };
}

/** Removes the object of a document that a check has stored. */
export async function removeStored(scene: CheckScene, bucket: string, key: string): Promise<void> {
  if (documentsInObjectStore(scene.topology)) {
    await (await objectStore(scene)).removeObject(bucket, key);
  } else {
    await rm(join(folderPath(scene.context, volumeOfKind(scene, "documents")), key));
  }
}

function volumeOfKind({ topology }: CheckScene, kind: DataKind): GovernedVolume {
  const volume = topology.volumes.find(({ data }) => data === kind);
  if (volume === undefined) throw new Error(`this side keeps no ${kind}`);
  return volume;
}

/** The store publishes no port: its address on a network of its own is asked for, and its credentials where it reads them. */
async function objectStore(scene: CheckScene): Promise<Client> {
  const container = containerOf(scene, requireService(scene, "objectStore"));
  const info = await container.inspect();
  const [address] = Object.values(info.NetworkSettings.Networks)
    .map(({ IPAddress }) => IPAddress)
    .filter((ip) => ip !== "");
  if (address === undefined) throw new Error("the object store is on no network");
  return new Client({
    endPoint: address,
    port: MINIO_PORT,
    useSSL: false,
    accessKey: await credential(container, info.Config.Env, "MINIO_ROOT_USER"),
    secretKey: await credential(container, info.Config.Env, "MINIO_ROOT_PASSWORD"),
    region: "us-east-1",
  });
}

async function credential(
  container: Docker.Container,
  environment: readonly string[],
  name: string,
): Promise<string> {
  const valueOf = (key: string): string | undefined =>
    environment.find((entry) => entry.startsWith(`${key}=`))?.slice(key.length + 1);
  const file = valueOf(`${name}_FILE`);
  if (file !== undefined) return (await readFile(container, file)).trim();
  return valueOf(name) ?? "";
}

/** One small file out of a container, by Docker's archive: it asks nothing of the image. */
async function readFile(container: Docker.Container, path: string): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of await container.getArchive({ path })) pieces.push(piece as Buffer);
  const archive = Buffer.concat(pieces);
  const size = Number.parseInt(archive.toString("latin1", 124, 136), 8);
  return archive.toString("utf8", TAR_BLOCK, TAR_BLOCK + size);
}
