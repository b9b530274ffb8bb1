/** One thing that stands in the way of a run: what it is about, what was found, and what to do next. */
export interface Problem {
  /** For example `backup "20261123-021500"` or `config "backup"`. */
  readonly subject: string;
  /** What is wrong with it. */
  readonly what: string;
  /** What was found, what is allowed and what to do next; one line each. */
  readonly advice: readonly string[];
}

/** Thrown once, with every problem; before anything has been touched, unless `effect` says otherwise. */
export class ProblemsError extends Error {
  constructor(
    readonly attempt: string,
    readonly problems: readonly Problem[],
    effect?: string,
  ) {
    super(problemsText(attempt, problems, effect));
    this.name = "ProblemsError";
  }
}

/** The message that a person reads; `attempt` is a phrase such as `roll back to "pre-simplification"`. */
export function problemsText(
  attempt: string,
  problems: readonly Problem[],
  effect = "nothing was changed",
): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.flatMap((problem) => [
    `  ${problem.subject}: ${problem.what}`,
    ...problem.advice.map((line) => `    ${line}`),
  ]);
  return [`cannot ${attempt}: ${count}, ${effect}`, ...lines].join("\n");
}

/** What was thrown, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
