import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { VolumeSession } from "./volume-session";
import { freshName } from "./volume-session";

const FLUSHED_CHARACTERS = 64 * 1024;
const PRIVATE_FILE = 0o600;

/** A list in a session's shared folder, separated by NUL, that may become longer than memory should hold. */
export class PathList {
  private pending = "";
  private length = 0;

  private constructor(
    /** In the shared folder. */
    readonly name: string,
    private readonly handle: FileHandle,
  ) {}

  static async make(session: VolumeSession): Promise<PathList> {
    const name = freshName();
    return new PathList(name, await open(join(session.folder, name), "wx", PRIVATE_FILE));
  }

  /** How many items it has. */
  get count(): number {
    return this.length;
  }

  /** Adds a path of an entry; written so that no program takes it for an option. */
  async addPath(path: string): Promise<void> {
    await this.add(path === "." ? path : `./${path}`);
  }

  /** Adds bytes, given as a binary string. */
  async add(item: string): Promise<void> {
    this.length += 1;
    this.pending += `${item}\0`;
    if (this.pending.length >= FLUSHED_CHARACTERS) await this.flush();
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.handle.close();
    }
  }

  private async flush(): Promise<void> {
    const text = this.pending;
    this.pending = "";
    await this.handle.appendFile(text, "latin1");
  }
}
