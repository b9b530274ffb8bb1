import { Readable } from "node:stream";
import type { Client } from "minio";
import type { DocumentStore, StoredDocument } from "./documents";

/** The bucket of a MinIO that has the application's documents; where the MinIO holds nothing at all, none is an empty one. */
export class DocumentBucket implements DocumentStore {
  readonly name: string;
  private made: Promise<void> | undefined;

  constructor(
    private readonly client: Client,
    private readonly bucket: string,
  ) {
    this.name = `bucket "${bucket}"`;
  }

  /** @throws Error where the bucket is not there but others hold objects: then the documents are most probably in one of those. */
  async list(): Promise<StoredDocument[]> {
    if (!(await this.client.bucketExists(this.bucket))) {
      await this.refuseOtherBuckets();
      return [];
    }
    const documents: StoredDocument[] = [];
    for await (const item of this.client.listObjectsV2(this.bucket, "", true)) {
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
      return await this.client.getObject(this.bucket, key);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "NoSuchKey") return null;
      throw error;
    }
  }

  async write(document: StoredDocument, content: AsyncIterable<Buffer>): Promise<void> {
    await (this.made ??= this.make());
    await this.client.putObject(this.bucket, document.key, Readable.from(content), document.bytes);
  }

  async keepOnly(keys: ReadonlySet<string>): Promise<void> {
    const others = (await this.list()).filter(({ key }) => !keys.has(key));
    for (const { key } of others) await this.client.removeObject(this.bucket, key);
  }

  private async make(): Promise<void> {
    if (!(await this.client.bucketExists(this.bucket))) await this.client.makeBucket(this.bucket);
  }

  private async refuseOtherBuckets(): Promise<void> {
    const buckets = (await this.client.listBuckets()).map(({ name }) => name);
    const empty = await Promise.all(buckets.map((name) => this.isEmpty(name)));
    const others = buckets.filter((_, index) => empty[index] === false);
    if (others.length === 0) return;
    const names = others.map((name) => `"${name}"`).join(", ");
    throw new Error(
      `there is no ${this.name}, but objects in ${names}: name the one with the documents (config checks.documents.bucket)`,
    );
  }

  private async isEmpty(bucket: string): Promise<boolean> {
    for await (const _ of this.client.listObjectsV2(bucket, "", true)) return false;
    return true;
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
