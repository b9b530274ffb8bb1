import assert from "node:assert/strict";
import { importProblem, type ImportKind } from "../../backup/import";
import { NAMES } from "../support/application";

describe("what may be imported", () => {
  const cases: readonly [ImportKind, string | undefined, RegExp | null][] = [
    ["archives", undefined, null],
    ["exported", undefined, null],
    ["encrypted", "key", null],
    ["archives", "key", /option --identity does not fit: "\/backup" is not encrypted/],
    ["exported", "key", /option --identity does not fit: "\/backup" is not encrypted/],
    ["encrypted", undefined, /option --identity is missing: "\/backup" is encrypted/],
    ["missing", undefined, /path "\/backup" does not exist/],
    ["missing", "key", /path "\/backup" does not exist/],
    ["unknown", undefined, /file "\/backup" was not written by rollback backups export/],
    ["unknown", "key", /file "\/backup" was not written by rollback backups export/],
  ];
  for (const [kind, identity, wanted] of cases) {
    const how = identity === undefined ? "without an identity" : "with an identity";
    it(`${wanted === null ? "takes" : "refuses"} "${kind}" ${how}`, () => {
      const problem = importProblem(NAMES, "/backup", kind, identity);
      if (wanted === null || problem === null) assert.equal(problem, wanted);
      else assert.match(`${problem.subject} ${problem.what}`, wanted);
    });
  }

  it("says what the archives of the document are called", () => {
    const { advice } = importProblem(NAMES, "/x", "unknown", undefined) ?? {};
    assert.match(String(advice), /postgres-backup-YYYYMMDD\.tar\.gz/);
  });
});
