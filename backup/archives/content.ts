import { createHash, type Hash, hash as hashOf } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { inBlocks } from "./tar-header";

/** Finds out a file's SHA-256 while its bytes pass. */
export interface Content {
  /** Takes the next bytes. A promise only where it takes long: an await per piece would cost more than hashing it. */
  add(bytes: Buffer): Promise<void> | undefined;
  digest(): Promise<string> | string;
}

const EMPTY = hashOf("sha256", "");
const ZEROS = Buffer.alloc(1024 * 1024);
const ZEROS_WITHOUT_PAUSE = 64 * 1024 * 1024;
const DAMAGED_MAP = "the tar stream is damaged: the map of a sparse file is malformed";

/** A file whose bytes all stand in the stream. */
export class PlainContent implements Content {
  readonly #size: number;
  #hash: Hash | null = null;
  #digest = EMPTY;

  constructor(size: number) {
    this.#size = size;
  }

  add(bytes: Buffer): undefined {
    // Most files are small, and a hash object costs more than their bytes.
    if (bytes.length === this.#size) this.#digest = hashOf("sha256", bytes);
    else (this.#hash ??= createHash("sha256")).update(bytes);
  }

  digest(): string {
    return this.#hash === null ? this.#digest : this.#hash.digest("hex");
  }
}

/**
 * A file with holes as GNU's format 1.0 has it: decimal numbers, each ended by a newline (how many pieces; offset and length of
 * each), filled up to whole blocks, then the pieces. The digest is that of the file as programs read it, holes as zeros.
 */
export class SparseContent implements Content {
  readonly #size: number;
  readonly #hash = createHash("sha256");
  /** Numbers of the map; the first is how many pieces there are. */
  readonly #map: number[] = [];
  #number = 0;
  #digits = 0;
  #mapBytes = 0;
  #mapPadding = 0;
  #mapRead = false;
  #position = 0;
  #piece = 0;

  constructor(size: number) {
    this.#size = size;
  }

  async add(bytes: Buffer): Promise<void> {
    let offset = this.#mapRead ? 0 : this.#readMap(bytes);
    if (this.#mapPadding > 0) {
      const skipped = Math.min(this.#mapPadding, bytes.length - offset);
      this.#mapPadding -= skipped;
      offset += skipped;
    }
    while (offset < bytes.length) {
      const { start, end } = this.#nextPiece();
      await this.#fill(start);
      const part = bytes.subarray(offset, Math.min(bytes.length, offset + end - this.#position));
      this.#hash.update(part);
      this.#position += part.length;
      offset += part.length;
    }
  }

  async digest(): Promise<string> {
    if (!this.#mapRead || this.#mapPadding > 0 || !this.#piecesRead()) throw new Error(DAMAGED_MAP);
    await this.#fill(this.#size);
    return this.#hash.digest("hex");
  }

  /** Returns where the map ended, or the end of the bytes. */
  #readMap(bytes: Buffer): number {
    for (let offset = 0; offset < bytes.length; offset++) {
      this.#mapBytes++;
      if (!this.#readDigit(bytes[offset] ?? 0)) continue;
      this.#mapRead = true;
      this.#mapPadding = inBlocks(this.#mapBytes) - this.#mapBytes;
      return offset + 1;
    }
    return bytes.length;
  }

  /** Whether this byte ended the map. */
  #readDigit(byte: number): boolean {
    const digit = byte - 0x30;
    if (digit >= 0 && digit <= 9) {
      this.#number = this.#number * 10 + digit;
      if (++this.#digits > 15) throw new Error(DAMAGED_MAP);
      return false;
    }
    if (byte !== 0x0a || this.#digits === 0) throw new Error(DAMAGED_MAP);
    this.#map.push(this.#number);
    this.#number = this.#digits = 0;
    return this.#map.length === 1 + 2 * (this.#map[0] ?? 0);
  }

  /** The piece that the next byte belongs to. */
  #nextPiece(): { start: number; end: number } {
    for (;;) {
      const start = this.#map[1 + 2 * this.#piece];
      const length = this.#map[2 + 2 * this.#piece];
      if (start === undefined || length === undefined) throw new Error(DAMAGED_MAP);
      const end = start + length;
      if (this.#position < end && length > 0) return { start, end };
      this.#piece++;
    }
  }

  /** GNU tar ends the map with an empty piece where the file ends in a hole. */
  #piecesRead(): boolean {
    for (let piece = this.#piece; piece < (this.#map[0] ?? 0); piece++) {
      const end = (this.#map[1 + 2 * piece] ?? 0) + (this.#map[2 + 2 * piece] ?? 0);
      if (end > this.#position && this.#map[2 + 2 * piece] !== 0) return false;
    }
    return this.#position <= this.#size;
  }

  /** Hashes the hole up to a position; a large one in portions, so that the process stays responsive. */
  async #fill(until: number): Promise<void> {
    if (until > this.#size) throw new Error(DAMAGED_MAP);
    let unpaused = 0;
    while (this.#position < until) {
      const length = Math.min(ZEROS.length, until - this.#position);
      this.#hash.update(ZEROS.subarray(0, length));
      this.#position += length;
      unpaused += length;
      if (unpaused < ZEROS_WITHOUT_PAUSE) continue;
      unpaused = 0;
      await setImmediate();
    }
  }
}
