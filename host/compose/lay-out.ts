import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type NamedFile, namedFiles } from "../../plan/compose/named-files";
import type { Problem } from "../../plan/problem";

/** Gives the text of a file of a release; null where the release has no such file. */
export type ReadReleaseFile = (path: string) => Promise<string | null>;

/** Where Compose finds variables by itself. */
const VARIABLES = ".env";

interface Wanted extends NamedFile {
  /** Who names it; null for what the configuration names. */
  readonly namedBy: string | null;
  /** What relative paths in it are relative to. */
  readonly folder: string;
}

/**
 * Lays out in a folder what Compose reads of a release: its Compose files, `.env`, and every file that these name. They may hold
 * secrets: only this user can read them.
 *
 * @returns what is missing, or is no path of the release
 */
export async function layOut(
  read: ReadReleaseFile,
  composeFiles: readonly string[],
  folder: string,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const waiting: Wanted[] = [
    ...composeFiles.map((path) => ({
      ...{ path, kind: "compose" as const, required: true, namedBy: null, folder: "" },
    })),
    { path: VARIABLES, kind: "values", required: false, namedBy: null, folder: "" },
  ];
  const known = new Set(waiting.map(({ path }) => path));
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const text = await read(next.path);
    if (text === null) {
      if (next.required) problems.push(missing(next));
      continue;
    }
    await place(join(folder, next.path), text);
    if (next.kind === "values") continue;
    const named = namedFiles(text, next.path, next.folder);
    problems.push(...named.problems);
    for (const file of named.files.filter(({ path }) => !known.has(path))) {
      known.add(file.path);
      waiting.push({ ...file, namedBy: next.path, folder: parentOf(file.path) });
    }
  }
  return problems;
}

function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === "." ? "" : parent;
}

async function place(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, text, { mode: 0o600 });
}

function missing({ path, namedBy }: Wanted): Problem {
  return {
    subject: path,
    what:
      namedBy === null
        ? "is not in the release"
        : `is named by ${namedBy}, and is neither in the release nor among its untracked files`,
    advice: [
      "choose a commit that has it (preRef, simplifiedRef), or put the file into the work tree",
    ],
  };
}
