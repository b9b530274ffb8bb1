import { createHash } from "node:crypto";
import type { Client } from "minio";
import type { StoreDriver } from "./driver";
import { MINIO_PORT } from "./minio-client";
import { withMinioOn } from "./minio-server";
import { readObjects } from "./read-objects";

/** What it has not finished, and throws away when it starts. */
const UNFINISHED = "./.minio.sys/tmp/*";

/** Objects of a MinIO, each a folder of files: read while they are written, paused at most for moments. */
export const minio: StoreDriver = {
  images: /(^|\/)minio(:|@|$)/,
  port: MINIO_PORT,
  shared: false,
  holdsDocuments: true,
  read: (container, user) =>
    Promise.resolve(readObjects(user, { exclude: [UNFINISHED], pausable: container })),
  prove: (context, { source }, image) => withMinioOn(context, source, image, readEverything),
};

/** Reads every object of every bucket whole. Returns what was done, as a text. */
async function readEverything(client: Client): Promise<string> {
  const buckets = await client.listBuckets();
  let objects = 0;
  for (const { name } of buckets) objects += await readBucket(client, name);
  return `MinIO: ${objects} objects in ${buckets.length} buckets were read`;
}

async function readBucket(client: Client, bucket: string): Promise<number> {
  let objects = 0;
  for await (const item of client.listObjectsV2(bucket, "", true)) {
    const { name, size, etag } = item as { name?: string; size: number; etag?: string };
    if (name === undefined) continue;
    await readObject(client, bucket, { name, size, tag: (etag ?? "").replaceAll('"', "") });
    objects += 1;
  }
  return objects;
}

/** An object that was uploaded in one piece has its MD5 as its tag. */
async function readObject(
  client: Client,
  bucket: string,
  { name, size, tag }: { readonly name: string; readonly size: number; readonly tag: string },
): Promise<void> {
  const hash = createHash("md5");
  let bytes = 0;
  for await (const piece of await client.getObject(bucket, name)) {
    const read = piece as Buffer;
    hash.update(read);
    bytes += read.length;
  }
  const tagged = /^[0-9a-f]{32}$/.test(tag);
  if (bytes === size && (!tagged || hash.digest("hex") === tag)) return;
  throw new Error(`object "${bucket}/${name}" is damaged: ${bytes} of ${size} bytes were read`);
}
