import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What set-up found or built, as `setup/setup.mjs` wrote it. */
export interface Environment {
  /** Folders in front of PATH: Pulumi's CLI and its language host. */
  readonly path: readonly string[];
  /** Folder with the resource plugins, linked into each PULUMI_HOME. */
  readonly pluginsDirectory: string;
  readonly images: Readonly<Record<string, string>>;
}

/** The clone that this file is in. */
export const CLONE = join(__dirname, "..");

export async function readEnvironment(): Promise<Environment> {
  const file = join(CLONE, ".setup", "environment.json");
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error("set-up has not run in this clone: node setup/setup.mjs");
  });
  return JSON.parse(text) as Environment;
}
