import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "minio";
import type { Configuration } from "./configuration";

/** Where the bytes of documents are, by the documents' ids. */
export interface DocumentStorage {
  prepare(): Promise<void>;
  put(id: string, content: Buffer): Promise<void>;
  /** Fails when there is no such document. */
  get(id: string): Promise<Buffer>;
}

const BUCKET = "documents";
const FOLDER = "data/documents";

export function objectStorage(configuration: Configuration): DocumentStorage {
  const client = new Client({
    endPoint: configuration.minioHost,
    port: 9000,
    useSSL: false,
    accessKey: configuration.secret("minio-access-key"),
    secretKey: configuration.secret("minio-secret-key"),
    region: "us-east-1",
  });
  return {
    async prepare() {
      if (!(await client.bucketExists(BUCKET))) await client.makeBucket(BUCKET);
    },
    async put(id, content) {
      await client.putObject(BUCKET, id, content, content.length);
    },
    async get(id) {
      const chunks: Buffer[] = [];
      for await (const chunk of await client.getObject(BUCKET, id)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
  };
}

export const folderStorage: DocumentStorage = {
  async prepare() {
    await mkdir(FOLDER, { recursive: true });
  },
  async put(id, content) {
    // Written beside and renamed: a document is there completely or not at all.
    const unfinished = join(FOLDER, `.${id}.part`);
    const file = await open(unfinished, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, join(FOLDER, id));
  },
  async get(id) {
    return readFile(join(FOLDER, id));
  },
};
