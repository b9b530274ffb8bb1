/** Answers of the Docker API that say how things are already. */
export const NOT_MODIFIED = 304;
export const NOT_FOUND = 404;
export const CONFLICT = 409;

/** HTTP status of an error of the Docker API. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "statusCode" in error ? Number(error.statusCode) : undefined;
}

/** For `catch`: null where Docker answers with one of the statuses; any other error is thrown again. */
export function unless(...statuses: readonly number[]): (error: unknown) => null {
  return (error) => {
    if (statuses.includes(statusOf(error) ?? 0)) return null;
    throw error;
  };
}

/** Null for Docker's "no such …"; any other error is thrown again. */
export const gone = unless(NOT_FOUND);

/** For stopping a container: null where it has stopped already, or is gone. */
export const alreadyStopped = unless(NOT_MODIFIED, NOT_FOUND);
