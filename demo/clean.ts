import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DemoDocker } from "./docker";
import { CLONE } from "./environment";
import { stateDirectoryOf } from "./workspace";

export const DEMO_FOLDER = join(CLONE, ".demo");

/** Names the prefix that the demo's Docker objects sync. */
export const DEMO_FILE = join(DEMO_FOLDER, "demo.json");

/** Removes what the last demo of this clone made, and nothing else; returns its prefix, null if there was none. */
export async function cleanDemo(): Promise<string | null> {
  const text = await readFile(DEMO_FILE, "utf8").catch(() => null);
  if (text === null) return null;
  const { namePrefix } = JSON.parse(text) as { namePrefix?: string };
  if (namePrefix === undefined || !/^demo-[0-9a-f]{6}-$/.test(namePrefix)) {
    throw new Error(`${DEMO_FILE} names no prefix of a demo; nothing was removed`);
  }
  await new DemoDocker(namePrefix, stateDirectoryOf(DEMO_FOLDER)).removeEverything();
  await rm(DEMO_FOLDER, { recursive: true, force: true });
  return namePrefix;
}

if (require.main === module) {
  cleanDemo().then(
    (namePrefix) => {
      console.log(namePrefix === null ? "no demo to remove" : `removed the demo ${namePrefix}`);
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
