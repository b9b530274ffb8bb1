import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { DESCRIPTION, PHASES } from "../support/application";
import { durationOf } from "../../plan/application/description";
import { ALL_CHECKS } from "../../plan/checks";
import { phasesDocument } from "../../plan/checks/document";

const FILE = join(__dirname, "..", "..", "docs", "phases.md");

describe("docs/phases.md", () => {
  const text = phasesDocument(DESCRIPTION);

  it("is what the data gives now (npm run docs writes it)", async () => {
    const options = { ...(await resolveConfig(FILE)), filepath: FILE };
    assert.equal(readFileSync(FILE, "utf8"), await format(text, options));
  });

  it("has every check, and every phase's triggers, flag, paths, risk and duration", () => {
    for (const { name } of ALL_CHECKS) assert.ok(text.includes(`\`${name}\``), name);
    for (const phase of PHASES.filter(({ number }) => number !== 11)) {
      const { number, triggers, gitPaths, risk } = phase;
      const expected = [
        `pulumi config set --stack simplified phase${number} true && pulumi up --stack simplified`,
        ...triggers,
        ...gitPaths,
        risk?.because ?? "",
        durationOf(DESCRIPTION, number) ?? "",
      ];
      for (const part of expected) assert.ok(text.includes(part), `${number}: ${part}`);
    }
  });
});
