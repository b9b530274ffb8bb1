import { readFile } from "node:fs/promises";
import { applicationOf, KNOWN_APPLICATIONS } from "../applications/known";
import type { Application } from "../plan/application/application";
import { parseDescription } from "../plan/application/parse-description";
import { ProblemsError } from "../plan/problem";
import { isErrno } from "./durable-file";

const ATTEMPT = "read the application's description";

/**
 * The application that a file describes (config `application`).
 *
 * @throws ProblemsError with everything that is wrong with it, each with line and column.
 */
export async function readApplication(file: string): Promise<Application> {
  const parsed = parseDescription(await textOf(file), file);
  if (!parsed.ok) throw new ProblemsError(ATTEMPT, parsed.problems);
  const { description } = parsed;
  const application = applicationOf(description);
  if (application !== undefined) return application;
  throw new ProblemsError(ATTEMPT, [
    {
      subject: file,
      what: `nothing is known of the sides of "${description.name}"`,
      advice: [`known are ${KNOWN_APPLICATIONS.join(", ")}: correct its name`],
    },
  ]);
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
