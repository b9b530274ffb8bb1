import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { type Mapping, mappingOf } from "../plan/mapping";
import { otherStack, type StackName } from "../plan/application/topology";
import { ProblemsError } from "../plan/problem";
import { PROJECT } from "../plan/settings/settings";
import { differences, type StackConfig } from "../plan/settings/shared-keys";
import { isErrno } from "./durable-file";

/** A folder with a Pulumi.yaml, as Pulumi reads it. */
export interface PulumiProject {
  /** Where the program is: Pulumi.yaml may say that it is in another folder than it is itself. */
  readonly programFolder: string;
  /** The configuration of a stack; null if it has no file. */
  readonly configOf: (stack: StackName) => Promise<StackConfig | null>;
}

/** The Pulumi project in a folder; null if there is none. */
export async function readPulumiProject(folder: string): Promise<PulumiProject | null> {
  const project = await readYaml(join(folder, "Pulumi.yaml"));
  if (project === null) return null;
  const { main, stackConfigDir } = project;
  const stackFolder = resolve(folder, typeof stackConfigDir === "string" ? stackConfigDir : ".");
  return {
    programFolder: resolve(folder, typeof main === "string" ? main : "."),
    configOf: async (stack) => {
      const file = await readYaml(join(stackFolder, `Pulumi.${stack}.yaml`));
      if (file === null) return null;
      return { stack, raw: { ...defaultsOf(project), ...ownKeys(mappingOf(file.config)) } };
    },
  };
}

/**
 * Both stacks of a project are sides of one application on one host.
 *
 * @param folders where Pulumi.yaml may be; the first that has one counts
 * @throws ProblemsError with all that the other stack's file says otherwise than a stack's own configuration.
 */
export async function refuseDifferences(
  folders: readonly string[],
  own: StackConfig,
): Promise<void> {
  const projects = await Promise.all(folders.map(readPulumiProject));
  const project = projects.find((found) => found !== null);
  const other = (await project?.configOf(otherStack(own.stack))) ?? null;
  const problems = other === null ? [] : differences(own, other);
  if (problems.length > 0) throw new ProblemsError("read the configuration", problems);
}

/** Defaults that Pulumi.yaml gives every stack: `key: {default: …}`, `key: {value: …}` or `key: …`. */
function defaultsOf(project: Mapping): Mapping {
  const entries = Object.entries(mappingOf(project.config)).flatMap(([key, declared]) => {
    const { value, default: fallback } = mappingOf(declared);
    const plain = typeof declared === "object" ? (value ?? fallback) : declared;
    return plain === undefined || plain === null ? [] : [[key, plain] as const];
  });
  return ownKeys(Object.fromEntries(entries));
}

function ownKeys(config: Mapping): Mapping {
  const own = Object.entries(config).map(([key, value]) => [withoutProject(key), value] as const);
  return Object.fromEntries(own.filter(([key]) => !key.includes(":")));
}

function withoutProject(key: string): string {
  return key.startsWith(`${PROJECT}:`) ? key.slice(PROJECT.length + 1) : key;
}

async function readYaml(file: string): Promise<Mapping | null> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return mappingOf(parse(text));
  } catch (error) {
    throw new Error(`${file} is not valid YAML`, { cause: error });
  }
}
