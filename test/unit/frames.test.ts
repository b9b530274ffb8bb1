import { deepEqual } from "node:assert/strict";
import { Readable } from "node:stream";
import fc from "fast-check";
import { type Frame, frames } from "../../host/docker/frames";

/** As Docker writes it: channel, three zero bytes, length, bytes. */
function multiplexed(written: readonly Frame[]): Buffer {
  return Buffer.concat(
    written.map(({ channel, bytes }) => {
      const header = Buffer.alloc(8);
      header.writeUInt8(channel === "stderr" ? 2 : 1, 0);
      header.writeUInt32BE(bytes.length, 4);
      return Buffer.concat([header, bytes]);
    }),
  );
}

async function read(pieces: readonly Buffer[]): Promise<Record<Frame["channel"], string>> {
  const found = { stdout: "", stderr: "" };
  for await (const { channel, bytes } of frames(Readable.from(pieces))) {
    found[channel] += bytes.toString("latin1");
  }
  return found;
}

describe("Docker's multiplexed output", () => {
  const frame = fc.record({
    channel: fc.constantFrom("stdout" as const, "stderr" as const),
    bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  });

  it("comes apart the same wherever the connection cuts it into pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame), fc.array(fc.nat(500)), async (written, cuts) => {
        const whole = multiplexed(written);
        const ends = [...cuts.filter((cut) => cut < whole.length), whole.length];
        ends.sort((one, other) => one - other);
        const pieces = ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
        const expected = { stdout: "", stderr: "" };
        for (const { channel, bytes } of written) expected[channel] += bytes.toString("latin1");
        deepEqual(await read(pieces), expected);
      }),
    );
  });
});
