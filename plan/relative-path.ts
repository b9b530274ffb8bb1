import { z } from "zod";

/** A path below a folder that is known: relative, and never out of it; `expected` says what it has to be. */
export function relativePath(expected: string): z.ZodString {
  return z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, expected);
}
