/** Longest output that is kept, in bytes; what a container says beyond it is dropped from the front. */
const KEPT_BYTES = 1024 * 1024;

/** Keeps the end of a container's output as text. */
export class Captured {
  private pieces: Buffer[] = [];
  private length = 0;

  add(bytes: Buffer): void {
    this.pieces.push(Buffer.from(bytes));
    this.length += bytes.length;
    if (this.length > 2 * KEPT_BYTES) {
      const end = Buffer.concat(this.pieces).subarray(-KEPT_BYTES);
      this.pieces = [end];
      this.length = end.length;
    }
  }

  text(): string {
    return Buffer.concat(this.pieces).toString("utf8");
  }

  /** The last lines that are not empty, for an error's message. */
  lastLines(count: number): string {
    const lines = this.text()
      .split("\n")
      .map((line) => line.trimEnd())
      .filter((line) => line !== "");
    return lines.slice(-count).join("\n");
  }
}
