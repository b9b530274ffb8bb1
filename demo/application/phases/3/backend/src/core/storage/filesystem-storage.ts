import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Configuration } from "../config/config-loader.js";
import type { DocumentStorage } from "./storage.js";

/** Documents as files of one folder; a file's name is the document's id. */
export class FilesystemStorage implements DocumentStorage {
  private readonly folder: string;

  constructor(configuration: Configuration) {
    this.folder = resolve(configuration.text("documents.folder", "data/documents"));
  }

  async initialise(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
  }

  async put(key: string, content: Buffer): Promise<void> {
    // Written beside and renamed: a document is there completely or not at all.
    const unfinished = join(this.folder, `.${key}.part`);
    const file = await open(unfinished, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, join(this.folder, key));
  }

  async get(key: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.folder, key));
    } catch (error) {
      if (isMissing(error)) {
        return undefined;
      }
      throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
