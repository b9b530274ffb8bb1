import { StringDecoder } from "node:string_decoder";

/** Text that comes in pieces, cut into records by what ends each of them. */
export class RecordSplitter {
  readonly #decoder: StringDecoder;
  #begun = "";

  /** @param encoding latin1 where names may be of any bytes */
  constructor(
    private readonly end: "\n" | "\0",
    encoding: "latin1" | "utf8",
  ) {
    this.#decoder = new StringDecoder(encoding);
  }

  /** Those that a piece completes. */
  take(piece: Buffer): readonly string[] {
    const records = (this.#begun + this.#decoder.write(piece)).split(this.end);
    this.#begun = records.pop() ?? "";
    return records;
  }

  /** What was cut off; empty where the last record was complete. */
  get rest(): string {
    return this.#begun;
  }
}

/** The records of a stream; one that is cut off is none. */
export async function* recordsOf(
  pieces: AsyncIterable<Buffer>,
  splitter: RecordSplitter,
): AsyncGenerator<string> {
  for await (const piece of pieces) yield* splitter.take(piece);
}
