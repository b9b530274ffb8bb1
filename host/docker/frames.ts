import type { Readable } from "node:stream";

/** One piece of a container's output. */
export interface Frame {
  readonly channel: "stdout" | "stderr";
  readonly bytes: Buffer;
}

const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Takes Docker's multiplexed output apart, one piece at a time: the next bytes are read only when the last ones have been
 * dealt with, so that memory stays flat however slow the reader is (dockerode's own demuxStream ignores that).
 */
export async function* frames(output: Readable): AsyncGenerator<Frame> {
  let header = Buffer.alloc(0);
  let remaining = 0;
  let channel: Frame["channel"] = "stdout";
  for await (const received of output) {
    let bytes = received as Buffer;
    while (bytes.length > 0) {
      if (remaining === 0) {
        const missing = HEADER_BYTES - header.length;
        header = Buffer.concat([header, bytes.subarray(0, missing)]);
        bytes = bytes.subarray(missing);
        if (header.length < HEADER_BYTES) break;
        channel = header.readUInt8(0) === STDERR ? "stderr" : "stdout";
        remaining = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const piece = bytes.subarray(0, remaining);
      bytes = bytes.subarray(piece.length);
      remaining -= piece.length;
      yield { channel, bytes: piece };
    }
  }
}
