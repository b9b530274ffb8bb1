import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ProblemsError } from "../../plan/problem";
import { isErrno } from "../durable-file";
import type { UntrackedEntry } from "./read-entry";

/** A folder that has to be made again for a file of the set. */
export interface SavedFolder {
  readonly path: string;
  /** Octal permissions. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
}

/** What a saved set of untracked files holds; `listing.json` beside its files. */
export interface Listing {
  readonly version: 1;
  /** Paths under which the set was taken. */
  readonly paths: readonly string[];
  readonly entries: readonly UntrackedEntry[];
  readonly folders: readonly SavedFolder[];
}

const relativePath = z
  .string()
  .refine((path) => !path.startsWith("/") && !path.split("/").includes(".."), "leads out");
const owner = { uid: z.int().min(0), gid: z.int().min(0) };
const schema = z.strictObject({
  version: z.literal(1),
  paths: z.array(z.string()),
  entries: z.array(
    z.strictObject({
      path: relativePath,
      mode: z.string().regex(/^(100[0-7]{3,4}|120000)$/),
      digest: z.string().regex(/^[0-9a-f]+$/),
      target: z.string().nullable(),
      ...owner,
    }),
  ),
  folders: z.array(
    z.strictObject({ path: relativePath, mode: z.string().regex(/^[0-7]{3,4}$/), ...owner }),
  ),
});

export const LISTING_FILE = "listing.json";

/** The listing of a saved set; null if the folder holds none. */
export async function readListing(folder: string): Promise<Listing | null> {
  const file = join(folder, LISTING_FILE);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (isErrno(error, "ENOENT") || isErrno(error, "ENOTDIR")) return null;
    throw error;
  });
  return text === null ? null : parseListing(folder, text);
}

function parseListing(folder: string, text: string): Listing {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw damagedListing(folder);
  }
}

export function damagedListing(folder: string): ProblemsError {
  return new ProblemsError("use the untracked files", [
    {
      subject: join(folder, LISTING_FILE),
      what: "is damaged",
      advice: ["it was changed after it was written; restore it from a backup"],
    },
  ]);
}
