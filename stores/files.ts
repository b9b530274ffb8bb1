import { randomUUID } from "node:crypto";
import { type BigIntStats, createReadStream } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { isErrno, syncFolder } from "../host/durable-file";
import type { DocumentStore, StoredDocument } from "./documents";
import type { StoreDriver } from "./driver";
import { readObjects } from "./read-objects";

const FILE_MODE = 0o640;
const RECENT_MS = 2_000;
const UNFINISHED = ".restore-";

/** Documents as files, complete before their rows are written and not written again: any number of containers may do so. */
export const files: StoreDriver = {
  images: null,
  port: null,
  shared: true,
  holdsDocuments: true,
  read: (_container, user) => Promise.resolve(readObjects(user, { exclude: [], pausable: null })),
};

/** A folder whose files are the documents, each under its key; it must exist. */
export class DocumentFolder implements DocumentStore {
  readonly name: string;

  constructor(private readonly folder: string) {
    this.name = folder;
  }

  /** @throws Error for what can be no document: links and special files, and names that are not UTF-8. */
  async list(): Promise<StoredDocument[]> {
    const documents: StoredDocument[] = [];
    for (const { path } of await this.entries()) {
      const found = await lstat(join(this.folder, path), { bigint: true }).catch(unlessGone);
      if (found === null || found.isDirectory()) continue;
      if (!found.isFile()) throw new Error(`"${path}" in ${this.folder} is no file`);
      documents.push({ key: path, bytes: Number(found.size), version: versionOf(found) });
    }
    return documents;
  }

  async read(key: string): Promise<AsyncIterable<Buffer> | null> {
    const handle = await open(join(this.folder, key), "r").catch(unlessGone);
    return handle === null ? null : createReadStream("", { fd: handle });
  }

  async write(document: StoredDocument, content: AsyncIterable<Buffer>): Promise<void> {
    const file = join(this.folder, document.key);
    await mkdir(dirname(file), { recursive: true });
    const temporary = join(dirname(file), `${UNFINISHED}${randomUUID()}`);
    const { uid, gid } = await stat(this.folder);
    const handle = await open(temporary, "wx", FILE_MODE);
    try {
      for await (const piece of content) await handle.writeFile(piece);
      await handle.chmod(FILE_MODE);
      await handle.chown(uid, gid);
      await handle.sync();
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }

  async keepOnly(keys: ReadonlySet<string>): Promise<void> {
    const folders = new Set([...keys].flatMap(parentFolders));
    const deepestFirst = (await this.entries()).sort(
      (one, other) => other.path.length - one.path.length,
    );
    for (const { path, isFolder } of deepestFirst) {
      if ((isFolder ? folders : keys).has(path)) continue;
      await rm(join(this.folder, path), { recursive: true, force: true });
    }
    await syncFolder(this.folder);
  }

  private async entries(): Promise<{ path: string; isFolder: boolean }[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries.map((entry) => {
      const path = relative(this.folder, join(entry.parentPath, entry.name));
      // What stands for bytes that are not UTF-8: such a name cannot be a key, and could not be found again.
      if (path.includes("\uFFFD")) throw new Error(`"${path}" in ${this.folder} is not UTF-8`);
      return { path, isFolder: entry.isDirectory() };
    });
  }
}

/** A file that was changed just now may be changed again without its time telling: then no version is like another. */
function versionOf({ size, mtimeNs, ctimeNs, ctimeMs, ino }: BigIntStats): string {
  const recent = Number(ctimeMs) > Date.now() - RECENT_MS;
  return [size, mtimeNs, ctimeNs, ino, ...(recent ? [randomUUID()] : [])].join(":");
}

function parentFolders(key: string): string[] {
  const parts = key.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

function unlessGone(error: unknown): null {
  if (isErrno(error, "ENOENT")) return null;
  throw error;
}
