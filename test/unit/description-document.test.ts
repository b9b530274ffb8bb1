import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import {
  descriptionJsonSchema,
  descriptionReference,
} from "../../plan/application/description-document";

const ROOT = join(__dirname, "..", "..");

describe("what documents a description", () => {
  const files = [
    ["docs/description.md", descriptionReference()],
    ["applications/description.schema.json", JSON.stringify(descriptionJsonSchema())],
  ] as const;
  for (const [path, text] of files) {
    it(`is in ${path} what the program reads now (npm run docs writes it)`, async () => {
      const file = join(ROOT, path);
      const options = { ...(await resolveConfig(file)), filepath: file };
      assert.equal(readFileSync(file, "utf8"), await format(text, options));
    });
  }

  it("has every key, where it stands, and what it says", () => {
    const text = descriptionReference();
    for (const row of [
      "| `edgePorts.http` | integer | yes |",
      "| `stores` | mapping of names to `postgres`, `redis`, `minio`, `documents` | yes | Every volume",
      "| `phases[].effect.volumes[].service` | string | yes |",
      "| `checks.documents.upload` | string | yes | `{name}` stands for the name",
      "| `decisionMatrix[].scope.phase` | integer | yes |",
    ]) {
      assert.ok(text.includes(row), row);
    }
  });
});
