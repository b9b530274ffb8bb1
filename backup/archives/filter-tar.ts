import { BLOCK } from "./tar-header";
import { TarSplitter } from "./split-tar";

const ARCHIVE_END = 2 * BLOCK;

/**
 * Hands on the members of a tar stream whose path is asked for, byte for byte, as one archive. Directories and hard links are always
 * kept: they cost nothing, and a restored file needs its folder and its other names. Throws where the stream is damaged or truncated.
 */
export async function* filterTar(
  chunks: AsyncIterable<Buffer>,
  keep: (path: string) => boolean,
): AsyncGenerator<Buffer> {
  const splitter = new TarSplitter();
  /** Headers of a member that is not known yet. */
  let heads: Buffer[] = [];
  let kept = false;
  for await (const chunk of chunks) {
    const output: Buffer[] = [];
    for (const part of splitter.push(chunk)) {
      if (part.kind === "head") {
        heads.push(part.bytes);
      } else if (part.kind === "member") {
        const { type, path } = part.member;
        kept = type === "directory" || type === "hardlink" || keep(path);
        if (kept) for (const bytes of heads) append(output, bytes);
        heads = [];
      } else if (part.kind !== "end" && kept) {
        append(output, part.bytes);
      }
    }
    yield* output;
  }
  splitter.finish();
  yield Buffer.alloc(ARCHIVE_END);
}

/** Joins neighbours, so that a chunk of which everything is kept goes on as one, without being copied. */
function append(output: Buffer[], bytes: Buffer): void {
  const last = output.at(-1);
  if (last?.buffer !== bytes.buffer || last.byteOffset + last.length !== bytes.byteOffset) {
    output.push(bytes);
  } else {
    const length = last.length + bytes.length;
    output[output.length - 1] = Buffer.from(bytes.buffer, last.byteOffset, length);
  }
}
