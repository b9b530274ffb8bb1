// Loaded before everything else: process 1 of a container ignores signals that it has no handler for, and loading the
// rest takes a while on a busy host.

let close: () => Promise<unknown> = () => Promise.resolve();

/** What has to be closed before the process ends. */
export function closeOnStop(work: () => Promise<unknown>): void {
  close = work;
}

function stop(): void {
  void close().finally(() => process.exit(0));
}

process.once("SIGTERM", stop);
process.once("SIGINT", stop);
