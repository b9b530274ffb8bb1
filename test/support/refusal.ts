import assert from "node:assert/strict";
import type { Finished } from "../../demo/processes";

export interface Refusal {
  /** What was attempted, as the message's first line has it. */
  readonly attempt: string;
  /** The problem and the advice, each line as a person reads it. */
  readonly lines: readonly string[];
}

/** One clear message with one problem, no stack trace, and an exit code that is not 0. */
export function assertRefused({ code, output }: Finished, { attempt, lines }: Refusal): void {
  assert.notEqual(code, 0, `it should have been refused:\n${output}`);
  const first = `cannot ${attempt}: 1 problem, nothing was changed`;
  const message = [first, ...lines].map((line, index) => `${indent(index)}${line}`).join("\n");
  const unindented = output.replace(/^[ \t]+/gm, "");
  assert.ok(
    unindented.includes(message.replace(/^[ \t]+/gm, "")),
    `it should say:\n${message}\nbut says:\n${output}`,
  );
  assert.doesNotMatch(output, /^\s+at .+:\d+:\d+\)?$/m, "no stack trace");
}

function indent(index: number): string {
  return " ".repeat(Math.min(index, 2) * 2);
}
