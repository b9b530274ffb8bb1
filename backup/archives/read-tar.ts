import { type Content, PlainContent, SparseContent } from "./content";
import type { Entry } from "./entry";
import { HashThread } from "./hash-thread";
import type { Member } from "./member";
import { TarSplitter } from "./split-tar";

/** Starting a thread costs as much as hashing some 64 MiB; handing bytes over to it, little. */
const HUGE = 128 * 1024 * 1024;
const LARGE = 1024 * 1024;

/**
 * Describes a tar stream: every member in the stream's order, with the checksum of its content. The stream may be several archives
 * one after the other. Throws where it is damaged, truncated or leads out of the volume. Files of
 * `hugeFrom` bytes or more are hashed by another thread.
 */
export async function* readTar(
  chunks: AsyncIterable<Buffer>,
  hugeFrom = HUGE,
): AsyncGenerator<Entry> {
  const splitter = new TarSplitter();
  let member: Member | null = null;
  let content: Content | null = null;
  const contents = new Contents(hugeFrom);
  try {
    for await (const chunk of chunks) {
      for (const part of splitter.push(chunk)) {
        if (part.kind === "member") {
          member = part.member;
          content = contents.of(member);
        } else if (part.kind === "data") {
          const pending = content?.add(part.bytes);
          if (pending !== undefined) await pending;
        } else if (part.kind === "end" && member !== null) {
          yield entryOf(member, content === null ? null : await content.digest());
        }
      }
    }
    splitter.finish();
  } finally {
    await contents.end();
  }
}

/** Who hashes a file: where there are huge ones, a thread for these and all later large ones, else this one. */
class Contents {
  private thread: HashThread | null = null;

  constructor(private readonly hugeFrom: number) {}

  of({ type, sparseSize, stored }: Member): Content | null {
    if (type !== "file") return null;
    if (sparseSize !== null) return new SparseContent(sparseSize);
    if (stored >= this.hugeFrom) this.thread ??= new HashThread();
    return stored >= LARGE && this.thread !== null ? this.thread : new PlainContent(stored);
  }

  async end(): Promise<void> {
    await this.thread?.end();
  }
}

function entryOf(member: Member, sha256: string | null): Entry {
  const { path, type, mode, uid, gid, mtime, target, xattrs, device, sparseSize, stored } = member;
  const size = type === "file" ? (sparseSize ?? stored) : 0;
  const entry = { path, type, size, sha256, mode, uid, gid, mtime, target, xattrs };
  return device === null ? entry : { ...entry, device };
}
