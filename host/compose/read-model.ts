import { join } from "node:path";
import type { ComposeModel } from "../../plan/compose/model";
import { parseModel } from "../../plan/compose/parse-model";
import { withReleasePaths } from "../../plan/compose/release-paths";
import { messageOf, ProblemsError } from "../../plan/problem";
import { findCompose, runCompose } from "./cli";

/** What Compose reads. */
export interface ComposeInput {
  /** The project's folder, absolute, with everything that the files name. */
  readonly folder: string;
  /** Compose files, relative to it; each overrides those before it. */
  readonly files: readonly string[];
  readonly profiles: readonly string[];
  /** Variables, besides those of `.env`. */
  readonly environment: Readonly<Record<string, string>>;
}

/** For messages. */
export const READ_ATTEMPT = "read the application's Compose files";

/**
 * What Compose makes of files; paths of the project are relative to its folder.
 *
 * @throws ProblemsError with Compose's own words for a file that it refuses, or every field that this program does not apply.
 */
export async function readModel(input: ComposeInput): Promise<ComposeModel> {
  const parsed = parseModel(JSON.parse(await printed(input)));
  if (!parsed.ok) throw new ProblemsError(READ_ATTEMPT, parsed.problems);
  return withReleasePaths(parsed.model, input.folder);
}

async function printed({ folder, files, profiles, environment }: ComposeInput): Promise<string> {
  const command = await findCompose();
  const options = [
    ...["--project-directory", folder],
    ...files.flatMap((file) => ["--file", join(folder, file)]),
    ...profiles.flatMap((profile) => ["--profile", profile]),
  ];
  const run = { folder, environment };
  return runCompose(command, [...options, "config", "--format", "json"], run).catch(
    (error: unknown) => {
      throw new ProblemsError(READ_ATTEMPT, [
        {
          subject: files.join(", "),
          what: "Compose refuses it",
          advice: messageOf(error).split("\n"),
        },
      ]);
    },
  );
}
