import { Readable } from "node:stream";
import type { Client } from "minio";
import type { DocumentStore, StoredDocument } from "./document-store";

/** The bucket that the application keeps its documents in. */
const BUCKET = "documents";

/** The bucket `documents` of a MinIO; none is the same as an empty one. */
export class DocumentBucket implements DocumentStore {
  readonly name = `bucket "${BUCKET}"`;

  constructor(private readonly client: Client) {}

  async list(): Promise<StoredDocument[]> {
    if (!(await this.client.bucketExists(BUCKET))) return [];
    const documents: StoredDocument[] = [];
    for await (const item of this.client.listObjectsV2(BUCKET, "", true)) {
      const { name, size, etag, lastModified } = item as ListedObject;
      if (name === undefined) continue;
      refuseKey(name);
      const version = [etag, size, lastModified?.getTime()].join(":");
      documents.push({ key: name, bytes: size, version });
    }
    return documents;
  }

  async read(key: string): Promise<AsyncIterable<Buffer> | null> {
    try {
      return await this.client.getObject(BUCKET, key);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "NoSuchKey") return null;
      throw error;
    }
  }

  async write(document: StoredDocument, content: AsyncIterable<Buffer>): Promise<void> {
    if (!(await this.client.bucketExists(BUCKET))) await this.client.makeBucket(BUCKET);
    await this.client.putObject(BUCKET, document.key, Readable.from(content), document.bytes);
  }

  async keepOnly(keys: ReadonlySet<string>): Promise<void> {
    const others = (await this.list()).filter(({ key }) => !keys.has(key));
    for (const { key } of others) await this.client.removeObject(BUCKET, key);
  }
}

interface ListedObject {
  readonly name?: string;
  readonly size: number;
  readonly etag?: string;
  readonly lastModified?: Date;
}

/** Objects become files of their names: one that leaves the folder, or that no folder can hold, is not touched. */
function refuseKey(key: string): void {
  if (!key.split("/").some((part) => part === "" || part === "." || part === "..")) return;
  throw new Error(`object "${key}" has no name that a file below the documents' folder can have`);
}
