// Writes what documents the program's data: docs/phases.md, docs/description.md and its JSON Schema, the table in docs/operations.md.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";

const load = createRequire(import.meta.url);
const { phasesDocument } = load("../plan/checks/document.ts");
const { descriptionJsonSchema, descriptionReference } = load(
  "../plan/application/description-document.ts",
);
const { withOutcomesTable } = load("../plan/run/on-failure.ts");
const { readDescription } = load("../host/description.ts");

const description = await readDescription(
  join(import.meta.dirname, "../applications/motovaultpro.yaml"),
);
await write("phases.md", phasesDocument(description));
await write("description.md", descriptionReference());
await write("../applications/description.schema.json", JSON.stringify(descriptionJsonSchema()));
await write("operations.md", withOutcomesTable(await readFile(fileOf("operations.md"), "utf8")));

async function write(name, text) {
  const file = fileOf(name);
  const options = { ...(await resolveConfig(file)), filepath: file };
  await writeFile(file, await format(text, options));
}

function fileOf(name) {
  return join(import.meta.dirname, name);
}
