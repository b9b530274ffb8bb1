// Writes docs/phases.md from the program's data: npm run docs.
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";

const { phasesDocument } = createRequire(import.meta.url)("../plan/checks/document.ts");

const file = join(import.meta.dirname, "phases.md");
const options = { ...(await resolveConfig(file)), filepath: file };
await writeFile(file, await format(phasesDocument(), options));
