import type { Configuration } from "../config/config-loader.js";
import { FilesystemStorage } from "./filesystem-storage.js";

/** Where the bytes of documents live; keys are the documents' ids. */
export interface DocumentStorage {
  /** Makes the storage ready; safe to call again. */
  initialise(): Promise<void>;
  put(key: string, content: Buffer): Promise<void>;
  /** The content, or undefined when there is no such object. */
  get(key: string): Promise<Buffer | undefined>;
}

/** The storage of this release: files in data/documents. */
export function createStorage(configuration: Configuration): DocumentStorage {
  return new FilesystemStorage(configuration);
}
