import type { ComposeModel } from "../../plan/application/compose-model";
import { parseModel } from "../../plan/compose/parse-model";
import { withReleasePaths } from "../../plan/compose/release-paths";
import { messageOf, ProblemsError } from "../../plan/problem";
import { type ComposeCommand, findCompose, inputArguments, runCompose } from "./cli";

/** What Compose reads. */
export interface ComposeInput {
  /** The project's folder, absolute, with everything that the files name. */
  readonly folder: string;
  /** Compose files, relative to it; each overrides those before it. */
  readonly files: readonly string[];
  readonly profiles: readonly string[];
}

/** For messages. */
export const READ_ATTEMPT = "read the application's Compose files";

export interface ReadModel {
  readonly model: ComposeModel;
  /** The same files before variables and env files are filled in, as far as Compose reads them then. */
  readonly uninterpolated: unknown;
}

/**
 * What Compose makes of files; paths of the project are relative to its folder.
 *
 * @throws ProblemsError with Compose's own words for a file that it refuses, or every field that this program does not apply.
 */
export async function readModel(input: ComposeInput): Promise<ReadModel> {
  const command = await findCompose().catch(refuse("Docker Compose", "cannot be used"));
  const [printed, uninterpolated] = await Promise.all([
    config(command, input, []),
    config(command, input, ["--no-interpolate", "--no-env-resolution", "--no-path-resolution"]),
  ]);
  // What is printed is meant to be read by Compose again: every dollar sign is doubled.
  const parsed = parseModel(JSON.parse(printed.replaceAll("$$", "$")));
  if (!parsed.ok) throw new ProblemsError(READ_ATTEMPT, parsed.problems);
  const model = withReleasePaths(parsed.model, input.folder);
  return { model, uninterpolated: JSON.parse(uninterpolated) as unknown };
}

async function config(
  command: ComposeCommand,
  input: ComposeInput,
  more: readonly string[],
): Promise<string> {
  const { folder, files } = input;
  const options = [...["--project-directory", folder], ...inputArguments(folder, input)];
  const argv = [...options, "config", "--format", "json", ...more];
  return runCompose(command, argv, { folder }).catch(
    refuse(files.join(", "), "Compose refuses it"),
  );
}

function refuse(subject: string, what: string): (error: unknown) => never {
  return (error) => {
    const advice = messageOf(error).split("\n");
    throw new ProblemsError(READ_ATTEMPT, [{ subject, what, advice }]);
  };
}
