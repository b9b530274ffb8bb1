import { readFile } from "node:fs/promises";
import type { Description } from "../plan/application/description";
import { parseDescription } from "../plan/application/parse-description";
import { ProblemsError } from "../plan/problem";
import { isErrno } from "./durable-file";

const ATTEMPT = "read the application's description";

/**
 * What a file says about the application (config `application`).
 *
 * @throws ProblemsError with everything that is wrong with it, each with line and column.
 */
export async function readDescription(file: string): Promise<Description> {
  const parsed = parseDescription(await textOf(file), file);
  if (!parsed.ok) throw new ProblemsError(ATTEMPT, parsed.problems);
  return parsed.description;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
    throw new ProblemsError(ATTEMPT, [
      {
        subject: file,
        what: "is not there",
        advice: ["name the file that describes it: pulumi config set application <file>"],
      },
    ]);
  }
}
