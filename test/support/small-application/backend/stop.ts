// Loaded before everything else: process 1 of a container ignores signals that it has no handler for.

let close: () => void = () => {
  process.exit(0);
};

/** What has to end before the process does. */
export function closeOnStop(work: () => Promise<unknown>): void {
  close = () => void work().finally(() => process.exit(0));
}

process.once("SIGTERM", () => {
  close();
});
