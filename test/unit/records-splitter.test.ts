import assert from "node:assert/strict";
import { RecordSplitter } from "../../host/records";

describe("records of a stream", () => {
  const bytes = Buffer.from("größe\nzweite\nrest");

  it("are the same wherever the stream is cut, in the middle of a character too", () => {
    for (let at = 0; at <= bytes.length; at++) {
      const lines = new RecordSplitter("\n", "utf8");
      const found = [bytes.subarray(0, at), bytes.subarray(at)].flatMap((piece) =>
        lines.take(piece),
      );
      assert.deepEqual([...found, lines.rest], ["größe", "zweite", "rest"]);
    }
  });

  it("keep every byte of names that are no text", () => {
    const name = Buffer.from([0xff, 0xfe, 0x0a, 0x80, 0x00]);
    const [first = ""] = new RecordSplitter("\0", "latin1").take(name);
    assert.deepEqual(Buffer.from(first, "latin1"), name.subarray(0, -1));
  });
});
