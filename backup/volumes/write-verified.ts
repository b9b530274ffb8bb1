import { differingProperties } from "../archives/compare";
import { compareByPath, type Entry } from "../archives/entry";
import { makePipe } from "../archives/pipe";
import { readTar } from "../archives/read-tar";
import { VOLUME } from "./commands";
import type { Wanted } from "./compare-volume";
import { freshName, together, type VolumeSession } from "./volume-session";
import { writtenPaths } from "./written-paths";

const FLUSHED_AT_ONCE = 256 * 1024 ** 2;

/**
 * Writes a whole archive into a volume and reads every file again as soon as it is complete, while the next ones are written. Returns
 * the paths that were not read as wanted: an archive of several passes replaces what an earlier one brought, and whatever else it
 * was, these have to be looked at again.
 */
export async function writeVerified(
  session: VolumeSession,
  file: string,
  wanted: Wanted,
): Promise<ReadonlySet<string>> {
  const [written, complete, content] = [freshName(), freshName(), freshName()];
  const tells = await makePipe(session.folder, written);
  const list = await makePipe(session.folder, complete);
  const read = await makePipe(session.folder, content);
  const following = new Following(new FlushBehind(session));
  await together(
    [
      session.run("write_telling", file, VOLUME, written),
      session.run("read_following", VOLUME, complete, content),
      list.write(following.paths(writtenPaths(tells.read()), wanted)),
      following.compare(readTar(read.read())),
    ],
    async () => {
      await Promise.all([tells.remove(), list.remove(), read.remove()]);
    },
  );
  return following.suspects;
}

/** Lets the disk work while there is still something to write, so that the last flush finds little. */
class FlushBehind {
  private unflushed = 0;
  private flushing: Promise<void> | null = null;

  constructor(private readonly session: VolumeSession) {}

  wrote(bytes: number): void {
    this.unflushed += bytes;
    if (this.flushing !== null || this.unflushed < FLUSHED_AT_ONCE) return;
    this.unflushed = 0;
    const over = (): void => {
      this.flushing = null;
    };
    this.flushing = this.session.run("flush", VOLUME).then(over, over);
  }
}

/** Reads behind a writer: what is complete is asked for, and compared when it comes. */
class Following {
  readonly suspects = new Set<string>();
  private readonly asked: Entry[] = [];

  constructor(private readonly flush: FlushBehind) {}

  /** Names the files that are complete: each one when the next one begins. */
  async *paths(written: AsyncIterable<string>, wanted: Wanted): AsyncGenerator<Buffer> {
    const list = wanted()[Symbol.asyncIterator]();
    let next = await list.next();
    let last: string | null = null;
    const isAsked = async (path: string): Promise<boolean> => {
      while (next.done !== true && compareByPath(next.value.path, path) < 0)
        next = await list.next();
      const entry = next.done === true ? undefined : next.value;
      if (entry?.path === path) {
        if (entry.type !== "file") return false;
        this.asked.push(entry);
        this.flush.wrote(entry.size);
        return true;
      }
      // Out of the order: a later pass of the archive.
      this.suspects.add(path);
      return false;
    };
    try {
      for await (const path of written) {
        if (last !== null && (await isAsked(last))) yield Buffer.from(`./${last}\0`, "latin1");
        last = path;
      }
      if (last !== null && (await isAsked(last))) yield Buffer.from(`./${last}\0`, "latin1");
    } finally {
      await list.return?.();
    }
  }

  /** Files come in the order in which they were asked for; one that does not come was replaced meanwhile. */
  async compare(found: AsyncIterable<Entry>): Promise<void> {
    for await (const entry of found) {
      let wanted = this.asked.shift();
      while (wanted !== undefined && wanted.path !== entry.path) {
        this.suspects.add(wanted.path);
        wanted = this.asked.shift();
      }
      if (wanted === undefined) throw new Error(`"${entry.path}" was read, but not asked for`);
      if (differingProperties(wanted, entry).length > 0) this.suspects.add(entry.path);
    }
    for (const { path } of this.asked) this.suspects.add(path);
  }
}
