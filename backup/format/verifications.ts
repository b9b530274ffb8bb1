import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isErrno, writeDurably } from "../../host/durable-file";
import { VERIFY_LEVELS } from "./verify-level";

const VERIFICATIONS_FILE = "verifications.json";

const verification = z.strictObject({
  level: z.enum(VERIFY_LEVELS),
  at: z.iso.datetime(),
  ok: z.boolean(),
  /** What was wrong, one line each. */
  problems: z.array(z.string()),
});

/** One time that a backup was verified. The file stands beside the manifest, which never changes. */
export type Verification = z.infer<typeof verification>;

/** All verifications of a backup's folder, oldest first; what cannot be read does not count. */
export async function readVerifications(folder: string): Promise<Verification[]> {
  let text: string;
  try {
    text = await readFile(join(folder, VERIFICATIONS_FILE), "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
  const parsed = z.array(verification).safeParse(jsonOrNull(text));
  return parsed.success ? parsed.data : [];
}

/** Adds a verification to a backup's folder, so that it is on disk when this resolves. The caller holds the lock, or made the folder. */
export async function addVerification(folder: string, added: Verification): Promise<void> {
  const all = [...(await readVerifications(folder)), verification.parse(added)];
  await writeDurably(join(folder, VERIFICATIONS_FILE), `${JSON.stringify(all, null, 2)}\n`);
}

/** Whether a backup counts as verified: the newest verification decides. */
export function isVerified(verifications: readonly Verification[]): boolean {
  return verifications.at(-1)?.ok ?? false;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
