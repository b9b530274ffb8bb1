import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { readApplication } from "../../host/application";
import { isErrno } from "../../host/durable-file";
import { type Problem, ProblemsError } from "../../plan/problem";
import {
  applicationFile,
  parseSettings,
  PROJECT,
  type Settings,
} from "../../plan/settings/settings";
import { STACK_NAMES, type StackName } from "../../plan/application/topology";

/** Options that say where the configuration is. */
export interface ProjectChoice {
  readonly project: string;
  readonly stack?: StackName;
}

type Raw = Readonly<Record<string, unknown>>;

/** What both stacks must agree on, so that it does not matter whose configuration is read. */
const COMMON_KEYS = ["repository", "stateDirectory", "namePrefix", "application"] as const;

/**
 * Settings of a stack as Pulumi would read them from the project's folder: without `--stack` those of the first stack that has
 * a file, since what counts here is the same in both.
 *
 * @throws ProblemsError with everything that is wrong with the files.
 */
export async function readSettings(choice: ProjectChoice, attempt: string): Promise<Settings> {
  const folder = resolve(choice.project);
  const stacks = choice.stack === undefined ? STACK_NAMES : [choice.stack];
  const project = await readYaml(join(folder, "Pulumi.yaml"));
  if (project === null) throw new ProblemsError(attempt, [noProject(folder)]);
  const files = await Promise.all(stacks.map((stack) => readStack(folder, stack, project)));
  const [first, ...others] = files.filter((file) => file !== null);
  if (first === undefined) throw new ProblemsError(attempt, [noStackFile(folder, stacks)]);
  const problems = [
    ...secretProblems(first.raw),
    ...others.flatMap((file) => differences(first, file)),
  ];
  if (problems.length > 0) throw new ProblemsError(attempt, problems);
  const application = await readApplication(
    resolve(programFolder(folder, project), applicationFile(first.raw)),
  );
  const parsed = parseSettings(first.stack, first.raw, application);
  if (!parsed.ok) throw new ProblemsError(attempt, parsed.problems);
  return parsed.settings;
}

/** Pulumi.yaml may say that the program is in another folder than it is itself. */
function programFolder(folder: string, { main }: Raw): string {
  return resolve(folder, typeof main === "string" ? main : ".");
}

interface StackConfig {
  readonly stack: StackName;
  readonly raw: Raw;
}

async function readStack(
  folder: string,
  stack: StackName,
  project: Raw,
): Promise<StackConfig | null> {
  const below = typeof project.stackConfigDir === "string" ? project.stackConfigDir : ".";
  const file = await readYaml(join(folder, below, `Pulumi.${stack}.yaml`));
  if (file === null) return null;
  return { stack, raw: { ...defaultsOf(project), ...ownKeys(objectOf(file.config)) } };
}

/** Defaults that Pulumi.yaml gives every stack: `key: {default: …}`, `key: {value: …}` or `key: …`. */
function defaultsOf(project: Raw): Raw {
  const entries = Object.entries(objectOf(project.config)).flatMap(([key, declared]) => {
    const { value, default: fallback } = objectOf(declared);
    const plain = typeof declared === "object" ? (value ?? fallback) : declared;
    return plain === undefined || plain === null ? [] : [[withoutProject(key), plain] as const];
  });
  return Object.fromEntries(entries.filter(([key]) => !key.includes(":")));
}

function ownKeys(config: Raw): Raw {
  const own = Object.entries(config).map(([key, value]) => [withoutProject(key), value] as const);
  return Object.fromEntries(own.filter(([key]) => !key.includes(":")));
}

function withoutProject(key: string): string {
  return key.startsWith(`${PROJECT}:`) ? key.slice(PROJECT.length + 1) : key;
}

async function readYaml(file: string): Promise<Raw | null> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return objectOf(parse(text));
  } catch (error) {
    throw new Error(`${file} is not valid YAML`, { cause: error });
  }
}

function objectOf(value: unknown): Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
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

function secretProblems(raw: Raw): Problem[] {
  return Object.entries(raw)
    .filter(([, value]) => typeof objectOf(value).secure === "string")
    .map(([key]) => ({
      subject: `config "${key}"`,
      what: "is encrypted, and only Pulumi can read it",
      advice: [`nothing that this program reads is secret: pulumi config set ${key} <value>`],
    }));
}

function differences(first: StackConfig, other: StackConfig): Problem[] {
  return COMMON_KEYS.filter((key) => first.raw[key] !== other.raw[key]).map((key) => ({
    subject: `config "${key}"`,
    what: "differs between the two stacks, and both describe one host",
    advice: [
      `found ${valueText(first.raw[key])} for ${first.stack}, ${valueText(other.raw[key])} for ${other.stack}`,
      "give both the same value, or choose one: --stack <name>",
    ],
  }));
}

function valueText(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
