import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "./cache.mjs";

const folder = join(repositoryRoot, ".setup");

/** Tells the demo and the tests where everything is: `.setup/environment.json`, replaced as a whole. */
export async function writeEnvironment({ cli, compose, pluginsDirectory, images }) {
  const environment = {
    path: [cli.folder, compose.folder].filter((folder) => folder !== undefined),
    pluginsDirectory,
    images: Object.fromEntries(Object.entries(images).map(([name, found]) => [name, found.image])),
  };
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `environment.${process.pid}.tmp`);
  await writeFile(temporary, `${JSON.stringify(environment, undefined, 2)}\n`);
  await rename(temporary, join(folder, "environment.json"));
}
