import { type Content, PlainContent, SparseContent } from "./content";
import type { Entry } from "./entry";
import type { Member } from "./member";
import { TarSplitter } from "./split-tar";

/**
 * Describes a tar stream: every member in the stream's order, with the checksum of its content. The stream may be several archives
 * one after the other. Throws where it is damaged, truncated or leads out of the volume.
 */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  const splitter = new TarSplitter();
  let member: Member | null = null;
  let content: Content | null = null;
  for await (const chunk of chunks) {
    for (const part of splitter.push(chunk)) {
      if (part.kind === "member") {
        member = part.member;
        content = contentOf(member);
      } else if (part.kind === "data") {
        const pending = content?.add(part.bytes);
        if (pending !== undefined) await pending;
      } else if (part.kind === "end" && member !== null) {
        yield entryOf(member, content === null ? null : await content.digest());
      }
    }
  }
  splitter.finish();
}

function contentOf(member: Member): Content | null {
  if (member.type !== "file") return null;
  return member.sparseSize === null
    ? new PlainContent(member.stored)
    : new SparseContent(member.sparseSize);
}

function entryOf(member: Member, sha256: string | null): Entry {
  const { path, type, mode, uid, gid, mtime, target, xattrs, device, sparseSize, stored } = member;
  const size = type === "file" ? (sparseSize ?? stored) : 0;
  const entry = { path, type, size, sha256, mode, uid, gid, mtime, target, xattrs };
  return device === null ? entry : { ...entry, device };
}
