import assert from "node:assert/strict";
import { errorText } from "../../cli/terminal/errors";
import { ageText, bytesText, durationText, tableText } from "../../cli/terminal/output";
import { barText, progressDisplay } from "../../cli/terminal/progress-display";
import { ProblemsError } from "../../plan/problem";

const data = {
  head: ["volume", "size"],
  rows: [
    ["admin_redis_data", "1 B"],
    ["a", "10 B"],
  ],
};

describe("what the command line prints", () => {
  it("aligns a table as plain text where nobody is at a terminal", () => {
    assert.equal(
      tableText(data, false),
      "volume            size\nadmin_redis_data  1 B\na                 10 B",
    );
  });

  it("draws borders for a person", () => {
    assert.match(tableText(data, true), /│.*admin_redis_data.*│/);
  });

  it("tells sizes to three digits", () => {
    const sizes = [0, 999, 1000, 1_234_567, 2_200_000_000].map(bytesText);
    assert.deepEqual(sizes, ["0 B", "999 B", "1.00 kB", "1.23 MB", "2.20 GB"]);
  });

  it("tells times in the unit that a person would use", () => {
    assert.deepEqual([0.42, 12.4, 185].map(durationText), ["0.4 s", "12 s", "3 min 05 s"]);
    const now = new Date("2026-11-23T12:00:00Z");
    const times = ["2026-11-23T11:59:30Z", "2026-11-23T09:10:00Z", "2026-11-01T12:00:00Z"];
    assert.deepEqual(
      times.map((time) => ageText(time, now)),
      ["30 s", "2 h", "22 d"],
    );
  });

  it("shows how far a volume is: bytes, rate and the time that is left", () => {
    const options = { barCompleteString: "#".repeat(99), barIncompleteString: "-".repeat(99) };
    const params = { value: 500, total: 1000, startTime: Date.now() - 1000 } as never;
    const text = barText(options, params, { volume: "admin_redis_data" });
    assert.match(
      text,
      /^admin_redis_data +#{12}-{12} 500 B of 1\.00 kB +\d+(\.\d+)? B\/s, 1\.0 s left$/,
    );
  });

  it("prints plain lines only where nobody is at a terminal", () => {
    const written: string[] = [];
    const stream = { isTTY: false, write: (text: string) => written.push(text) };
    const display = progressDisplay(stream as never);
    display.onBytes("admin_redis_data", 1, 2);
    display.line("backed up admin_redis_data");
    display.stop();
    assert.deepEqual(written, ["backed up admin_redis_data\n"]);
  });

  it("tells an expected error by its message and causes, without a stack", () => {
    const error = new Error("step failed", { cause: new Error("disk full\nat /var") });
    assert.equal(errorText(error), "step failed\n  disk full\n  at /var");
    const both = new AggregateError([new Error("first"), new Error("way back")], "two failed");
    assert.equal(errorText(both), "two failed\n  first\n  way back");
    const problem = { subject: "Docker", what: "does not answer", advice: [] };
    assert.match(errorText(new ProblemsError("go", [problem])), /^cannot go: 1 problem/);
  });

  it("shows the stack of a mistake in the program", () => {
    assert.match(errorText(new TypeError("x is not a function")), /\n\s+at /);
  });

  it("never prints a line that a reader of lines cannot take", () => {
    const text = errorText(new Error(`${"x".repeat(70_000)}\rprogress\r\nend`));
    const lines = text.split("\n");
    assert.ok(lines.every((line) => line.length < 5000));
    assert.deepEqual(lines.slice(1), ["progress", "end"]);
  });
});
