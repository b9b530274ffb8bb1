import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Client } from "minio";
import type { ManifestVolume } from "../backups/manifest";
import type { HostContext } from "../context";
import { syncFolder } from "../durable-file";
import type { Restored } from "./extract";
import { withScratchMinio } from "./scratch-minio";

const BUCKET = "documents";
const AT_ONCE = 4;
const FILE_MODE = 0o640;

interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

/**
 * Makes a folder hold exactly the objects that a MinIO volume's archive has in its bucket `documents`, each as the file of its
 * key (document: phase 3, the other way round). Files appear under their name only when they are complete.
 *
 * @throws Error when an object cannot be read whole, or its key is no name of a file below the folder.
 */
export async function restoreDocuments(
  context: HostContext,
  backupFolder: string,
  archive: ManifestVolume,
  options: { readonly minioImage: string; readonly folder: string },
): Promise<Restored> {
  const { minioImage, folder } = options;
  return withScratchMinio(context, backupFolder, archive, minioImage, async (client) => {
    const objects = await listObjects(client);
    for (const object of objects) refuseKey(object.key);
    const { uid, gid } = await stat(folder);
    await atOnce(objects, (object) => copyObject(client, object, folder, { uid, gid }));
    await removeOthers(folder, new Set(objects.map((object) => object.key)));
    await syncFolder(folder);
    return { files: objects.length, bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
}

async function listObjects(client: Client): Promise<StoredObject[]> {
  if (!(await client.bucketExists(BUCKET))) return [];
  const objects: StoredObject[] = [];
  for await (const item of client.listObjectsV2(BUCKET, "", true)) {
    const { name, size, etag } = item as { name?: string; size: number; etag?: string };
    if (name !== undefined) objects.push({ key: name, bytes: size, etag: etag ?? "" });
  }
  return objects;
}

function refuseKey(key: string): void {
  const parts = key.split("/");
  if (!parts.some((part) => part === "" || part === "." || part === "..")) return;
  throw new Error(`object "${key}" has no name that a file below the documents' folder can have`);
}

async function copyObject(
  client: Client,
  object: StoredObject,
  folder: string,
  owner: { readonly uid: number; readonly gid: number },
): Promise<void> {
  const file = join(folder, object.key);
  await mkdir(dirname(file), { recursive: true });
  const temporary = join(dirname(file), `.restore-${randomUUID()}`);
  const handle = await open(temporary, "wx", FILE_MODE);
  try {
    const hash = createHash("md5");
    let bytes = 0;
    for await (const piece of await client.getObject(BUCKET, object.key)) {
      const read = piece as Buffer;
      hash.update(read);
      bytes += read.length;
      await handle.writeFile(read);
    }
    refuseDifferent(object, bytes, hash.digest("hex"));
    await handle.chmod(FILE_MODE);
    await handle.chown(owner.uid, owner.gid);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** An object that was uploaded in one piece has its MD5 as its tag. */
function refuseDifferent(object: StoredObject, bytes: number, md5: string): void {
  const tag = object.etag.replaceAll('"', "");
  const tagged = /^[0-9a-f]{32}$/.test(tag);
  if (bytes === object.bytes && (!tagged || tag === md5)) return;
  throw new Error(`object "${object.key}" was not read whole: ${bytes} of ${object.bytes} bytes`);
}

/** What the bucket does not have: other documents, and the unfinished files of a killed run. */
async function removeOthers(folder: string, keys: ReadonlySet<string>): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const deepestFirst = entries
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort((one, other) => other.length - one.length);
  const folders = new Set([...keys].flatMap(parentFolders));
  for (const path of deepestFirst) {
    if (!keys.has(path) && !folders.has(path)) await rm(join(folder, path), { recursive: true });
  }
}

function parentFolders(key: string): string[] {
  const parts = key.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

async function atOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
