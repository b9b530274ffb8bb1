/** Tar files consist of blocks of this many bytes. */
export const BLOCK = 512;

/** What a member's own header says; extended headers in front of it may say otherwise. */
export interface Header {
  /** One character: the kind of member. */
  readonly flag: string;
  /** As bytes in a binary string, like `linkName`. */
  readonly name: string;
  readonly linkName: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly device: string;
}

const CHECKSUM_AT = 148;
const CHECKSUM_BYTES = 8;
const MAGIC_AT = 257;
const SPACE = 0x20;
const ZERO = 0x30;
const SEVEN = 0x37;
const BASE_256 = 0x80;
const NEGATIVE = 0x40;

/** Whether a block marks the end of an archive. */
export function isZeroBlock(block: Buffer): boolean {
  for (let index = 0; index < BLOCK; index++) if (block[index] !== 0) return false;
  return true;
}

/** Rounds a number of bytes up to whole blocks. */
export function inBlocks(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}

/** Reads a header: POSIX (ustar), GNU or older. Throws where the block is none. */
export function readHeader(block: Buffer): Header {
  if (readNumber(block, CHECKSUM_AT, CHECKSUM_BYTES) !== checksum(block)) {
    throw new Error("the tar stream is damaged: a header does not match its checksum");
  }
  const name = textAt(block, 0, 100);
  // GNU's magic ends in a space and has other fields where POSIX has the path's first part.
  const prefix = isPosix(block) ? textAt(block, 345, 155) : "";
  const flag = block[156] ?? 0;
  return {
    flag: flag === 0 ? "0" : String.fromCharCode(flag),
    name: prefix === "" ? name : `${prefix}/${name}`,
    linkName: textAt(block, 157, 100),
    mode: readNumber(block, 100, 8),
    uid: readNumber(block, 108, 8),
    gid: readNumber(block, 116, 8),
    size: readNumber(block, 124, 12),
    mtime: readNumber(block, 136, 12),
    device: `${readNumber(block, 329, 8)}:${readNumber(block, 337, 8)}`,
  };
}

/**
 * Reads a number of a header: octal digits, or, where those did not suffice (sizes from 8 GiB, ids above 2097151, times
 * before 1970), GNU's base 256.
 */
export function readNumber(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if ((first & BASE_256) !== 0) return readBase256(block, start, length);
  const end = start + length;
  let index = start;
  while (index < end && block[index] === SPACE) index++;
  let value = 0;
  for (; index < end; index++) {
    const byte = block[index] ?? 0;
    if (byte === 0 || byte === SPACE) break;
    if (byte < ZERO || byte > SEVEN) {
      throw new Error("the tar stream is damaged: a header holds a number that is none");
    }
    value = value * 8 + (byte - ZERO);
  }
  return value;
}

function readBase256(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  let value = (first & NEGATIVE) === 0 ? first & ~BASE_256 : first - 256;
  for (let index = start + 1; index < start + length; index++) {
    value = value * 256 + (block[index] ?? 0);
  }
  if (!Number.isSafeInteger(value)) {
    throw new Error("the tar stream is damaged: a header holds a number that is too large");
  }
  return value;
}

function checksum(block: Buffer): number {
  let sum = CHECKSUM_BYTES * SPACE;
  for (let index = 0; index < CHECKSUM_AT; index++) sum += block[index] ?? 0;
  for (let index = CHECKSUM_AT + CHECKSUM_BYTES; index < BLOCK; index++) sum += block[index] ?? 0;
  return sum;
}

function isPosix(block: Buffer): boolean {
  return block.toString("latin1", MAGIC_AT, MAGIC_AT + 6) === "ustar\0";
}

function textAt(block: Buffer, start: number, length: number): string {
  let end = start;
  while (end < start + length && block[end] !== 0) end++;
  return block.toString("latin1", start, end);
}
