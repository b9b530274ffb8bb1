import { ProblemsError } from "../../plan/problem";

// The Command resource stops reading at a line of 64 KiB and hangs.
const LONGEST_LINE = 4000;
const PROGRAMMING_ERRORS = [TypeError, ReferenceError, RangeError];

/**
 * What a person reads about an error: its message and its causes', no stack. Only an error of the program itself, or
 * ROLLBACK_DEBUG in the environment, adds the stack.
 */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return bounded(String(error));
  if (error instanceof ProblemsError) return bounded(error.message);
  const causes = messagesOf(error);
  const stack = withStack(error) && error.stack !== undefined ? [error.stack] : [];
  return bounded([...causes, ...stack].join("\n"));
}

/** Text whose lines are short enough for every reader, and that no sync return overwrites. */
export function bounded(text: string): string {
  return text
    .split(/\r?\n|\r/)
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line))
    .join("\n");
}

function messagesOf(error: Error): string[] {
  const parts = error instanceof AggregateError ? (error.errors as unknown[]) : [error.cause];
  const below = parts.flatMap((part) => (part instanceof Error ? messagesOf(part) : []));
  const indented = below.map((message) => `  ${message.replaceAll("\n", "\n  ")}`);
  return [error.message || error.name, ...indented];
}

function withStack(error: Error): boolean {
  return (
    (process.env.ROLLBACK_DEBUG ?? "") !== "" ||
    PROGRAMMING_ERRORS.some((kind) => error instanceof kind)
  );
}
