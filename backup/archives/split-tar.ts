import { type Member, memberOf } from "./member";
import { NO_RECORDS, type PaxRecords, readPax } from "./pax";
import { BLOCK, type Header, inBlocks, isZeroBlock, readHeader } from "./tar-header";

/**
 * A piece of a tar stream, in the stream's order: a member is its `head` bytes, the `member`, its `data`, `end`, `padding`. All
 * bytes but the zero blocks between and after archives are in some part; they are views of the chunk, not copies.
 */
export type TarPart =
  | { readonly kind: "head" | "data" | "padding"; readonly bytes: Buffer }
  | { readonly kind: "member"; readonly member: Member }
  | { readonly kind: "end" };

const END: TarPart = { kind: "end" };
const END_BLOCKS = 2;
/** Far above what names and attributes need; a damaged header must not fill the memory. */
const LARGEST_EXTENSION = 64 * 1024 * 1024;
const EXTENSIONS = "xgLK";

/**
 * Takes a tar stream apart, however it is cut into chunks. It is a parser of our own since npm's tar readers decode names and
 * the values of extended headers as UTF-8, which loses every byte that is none, and they know nothing of sparse files. Synchronous,
 * since an await for every piece of a large file would cost more than hashing it.
 */
export class TarSplitter {
  /** Pieces of a header or extension that the chunks cut. */
  #pieces: Buffer[] = [];
  #collected = 0;
  #wanted = BLOCK;
  #extension: Header | null = null;
  #data = 0;
  #padding = 0;
  #insideMember = false;
  #zeroBlocks = 0;
  #global: PaxRecords = NO_RECORDS;
  #local: PaxRecords | null = null;
  #longName: string | null = null;
  #longLinkName: string | null = null;

  /** The parts that a chunk completes. */
  *push(chunk: Buffer): Generator<TarPart> {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#data > 0) {
        const bytes = slice(chunk, offset, this.#data);
        this.#data -= bytes.length;
        offset += bytes.length;
        yield { kind: "data", bytes };
        if (this.#data === 0) yield END;
      } else if (this.#padding > 0) {
        const bytes = slice(chunk, offset, this.#padding);
        this.#padding -= bytes.length;
        offset += bytes.length;
        yield { kind: "padding", bytes };
      } else {
        const bytes = slice(chunk, offset, this.#wanted - this.#collected);
        offset += bytes.length;
        const collected = this.#collect(bytes);
        if (collected !== null) yield* this.#take(collected);
      }
    }
  }

  /** To be called at the stream's end. Throws where it did not end as a tar stream does. */
  finish(): void {
    const inside = this.#insideMember || this.#data > 0 || this.#padding > 0 || this.#collected > 0;
    if (inside || this.#extension !== null || this.#zeroBlocks < END_BLOCKS) {
      throw new Error("the tar stream is truncated: it ends before the archive's end");
    }
  }

  #collect(bytes: Buffer): Buffer | null {
    if (bytes.length === this.#wanted) return bytes;
    this.#pieces.push(bytes);
    this.#collected += bytes.length;
    if (this.#collected < this.#wanted) return null;
    const collected = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#collected = 0;
    return collected;
  }

  *#take(bytes: Buffer): Generator<TarPart> {
    if (this.#extension !== null) {
      yield { kind: "head", bytes };
      this.#extend(this.#extension, bytes);
      return;
    }
    if (bytes[0] === 0 && isZeroBlock(bytes)) {
      this.#zeroBlocks++;
      return;
    }
    this.#zeroBlocks = 0;
    const header = readHeader(bytes);
    yield { kind: "head", bytes };
    if (EXTENSIONS.includes(header.flag)) this.#beginExtension(header);
    else yield* this.#beginMember(header);
  }

  #beginExtension(header: Header): void {
    if (header.size > LARGEST_EXTENSION) {
      throw new Error(`the tar stream is damaged: an extended header of ${header.size} bytes`);
    }
    this.#insideMember = header.flag !== "g";
    this.#extension = header;
    this.#wanted = inBlocks(header.size);
    if (this.#wanted === 0) this.#extend(header, Buffer.alloc(0));
  }

  #extend(header: Header, bytes: Buffer): void {
    this.#extension = null;
    this.#wanted = BLOCK;
    const content = bytes.subarray(0, header.size);
    if (header.flag === "x") this.#local = merged(this.#local ?? this.#global, readPax(content));
    else if (header.flag === "g") this.#global = merged(this.#global, readPax(content));
    else if (header.flag === "L") this.#longName = beforeZero(content);
    else this.#longLinkName = beforeZero(content);
  }

  *#beginMember(header: Header): Generator<TarPart> {
    const long = { name: this.#longName, linkName: this.#longLinkName };
    const member = memberOf(header, this.#local ?? this.#global, long);
    this.#local = this.#longName = this.#longLinkName = null;
    this.#insideMember = false;
    this.#data = member.stored;
    this.#padding = inBlocks(member.stored) - member.stored;
    yield { kind: "member", member };
    if (member.stored === 0) yield END;
  }
}

function slice(chunk: Buffer, offset: number, length: number): Buffer {
  return chunk.subarray(offset, Math.min(chunk.length, offset + length));
}

function merged(former: PaxRecords, later: PaxRecords): PaxRecords {
  return former.size === 0 ? later : new Map([...former, ...later]);
}

function beforeZero(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("latin1", 0, end < 0 ? bytes.length : end);
}
