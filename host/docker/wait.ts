/** What a condition found: it holds, or the state that is told if it never does. */
export type Waited<T> =
  { readonly done: true; readonly value: T } | { readonly done: false; readonly state: string };

export interface WaitOptions {
  /** Milliseconds after which waiting fails. */
  readonly deadlineMs: number;
  /** Milliseconds between two looks; default 200. */
  readonly intervalMs?: number;
  /** What is waited for, as a phrase: `the scratch MinIO to answer`. */
  readonly message: string;
}

/**
 * Looks at a condition until it holds, at least once; the only place that polls. An error of the condition itself is
 * not caught: a condition that may fail for a while says so by `done: false`.
 *
 * @throws Error that names what was waited for, for how long, and the last state.
 */
export async function waitFor<T>(
  condition: () => Promise<Waited<T>>,
  options: WaitOptions,
): Promise<T> {
  const started = performance.now();
  for (;;) {
    const waited = await condition();
    if (waited.done) return waited.value;
    const elapsed = performance.now() - started;
    if (elapsed >= options.deadlineMs) {
      const seconds = (elapsed / 1000).toFixed(1);
      throw new Error(`waited ${seconds} s for ${options.message}; last state: ${waited.state}`);
    }
    const pause = Math.min(options.intervalMs ?? 200, options.deadlineMs - elapsed);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
