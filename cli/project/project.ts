import { resolve } from "node:path";
import { readDescription } from "../../host/description";
import { readPulumiProject } from "../../host/pulumi-project";
import { type Problem, ProblemsError } from "../../plan/problem";
import { applicationFile, parseSettings, type Settings } from "../../plan/settings/settings";
import { differences, type StackConfig } from "../../plan/settings/shared-keys";
import { STACK_NAMES, type StackName } from "../../plan/application/topology";

/** Options that say where the configuration is. */
export interface ProjectChoice {
  readonly project: string;
  readonly stack?: StackName;
}

/**
 * Settings of a stack as Pulumi would read them from the project's folder: without `--stack` those of the first stack that has
 * a file, since what counts here is the same in both.
 *
 * @throws ProblemsError with everything that is wrong with the files.
 */
export async function readSettings(choice: ProjectChoice, attempt: string): Promise<Settings> {
  const folder = resolve(choice.project);
  const stacks = choice.stack === undefined ? STACK_NAMES : [choice.stack];
  const project = await readPulumiProject(folder);
  if (project === null) throw new ProblemsError(attempt, [noProject(folder)]);
  const configs = await Promise.all(stacks.map((stack) => project.configOf(stack)));
  const [first, ...others] = configs.filter((config) => config !== null);
  if (first === undefined) throw new ProblemsError(attempt, [noStackFile(folder, stacks)]);
  const problems = [
    ...secretProblems(first),
    ...others.flatMap((other) => differences(first, other)),
  ];
  if (problems.length > 0) throw new ProblemsError(attempt, problems);
  const description = await readDescription(
    resolve(project.programFolder, applicationFile(first.raw)),
  );
  const parsed = parseSettings(first.stack, first.raw, description);
  if (!parsed.ok) throw new ProblemsError(attempt, parsed.problems);
  return parsed.settings;
}

function noProject(folder: string): Problem {
  return {
    subject: `project "${folder}"`,
    what: "has no Pulumi.yaml",
    advice: ["run it in the project's folder, or name that folder: --project <folder>"],
  };
}

function noStackFile(folder: string, stacks: readonly StackName[]): Problem {
  return {
    subject: `project "${folder}"`,
    what: `has no ${stacks.map((stack) => `Pulumi.${stack}.yaml`).join(" and no ")}`,
    advice: ["say where the application is: pulumi config set repository <folder> --stack <stack>"],
  };
}

function secretProblems({ raw }: StackConfig): Problem[] {
  return Object.entries(raw)
    .filter(([, value]) => isEncrypted(value))
    .map(([key]) => ({
      subject: `config "${key}"`,
      what: "is encrypted, and only Pulumi can read it",
      advice: [`nothing that this program reads is secret: pulumi config set ${key} <value>`],
    }));
}

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}
