import type { Configuration } from "../config/config-loader.js";
import { MinioStorage } from "./minio-storage.js";

/** Where the bytes of documents live; keys are the documents' ids. */
export interface DocumentStorage {
  /** Makes the storage ready; safe to call again. */
  initialise(): Promise<void>;
  put(key: string, content: Buffer): Promise<void>;
  /** The content, or undefined when there is no such object. */
  get(key: string): Promise<Buffer | undefined>;
}

/** The storage of this release: the bucket "documents" on MinIO. */
export function createStorage(configuration: Configuration): DocumentStorage {
  return new MinioStorage(configuration);
}
