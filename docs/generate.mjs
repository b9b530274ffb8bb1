// Writes docs/phases.md from the program's data: npm run docs.
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";

const load = createRequire(import.meta.url);
const { phasesDocument } = load("../plan/checks/document.ts");
const { readApplication } = load("../host/application.ts");

const file = join(import.meta.dirname, "phases.md");
const { description } = await readApplication(
  join(import.meta.dirname, "../applications/motovaultpro.yaml"),
);
const options = { ...(await resolveConfig(file)), filepath: file };
await writeFile(file, await format(phasesDocument(description), options));
