import assert from "node:assert/strict";
import { ALL_CHECKS } from "../../plan/checks";
import {
  type CheckResult,
  decide,
  failedGatesOf,
  failingPhases,
  resultText,
} from "../../plan/checks/result";

const passed = (name: string): CheckResult => result(name, "passed");
const failed = (name: string): CheckResult => result(name, "failed");

describe("the decision about a change", () => {
  const cases: readonly [
    name: string,
    before: readonly CheckResult[],
    after: readonly CheckResult[],
    accept: readonly string[],
    counted: readonly string[],
  ][] = [
    ["counts a gate that failed", [], [failed("full-api"), passed("full-login")], [], ["full-api"]],
    ["counts it if it passed before", [passed("full-api")], [failed("full-api")], [], ["full-api"]],
    ["does not count what failed before", [failed("full-api")], [failed("full-api")], [], []],
    ["does not count what is accepted", [], [failed("full-api")], ["full-api"], []],
    ["counts another than the accepted", [], [failed("full-api")], ["full-page"], ["full-api"]],
    ["counts no report", [], [failed("full-logs"), failed("phase-9-links")], [], []],
    ["counts nothing manual", [], [result("phase-9-examples", "manual")], [], []],
  ];
  for (const [name, before, after, accept, counted] of cases) {
    it(name, () => {
      assert.deepEqual(
        decide(before, after, accept).failedGates.map(({ check }) => check.name),
        counted,
      );
    });
  }
});

describe("results", () => {
  const results = [
    failed("phase-8-vin-decode"),
    failed("phase-2-tests"),
    failed("phase-8-hierarchy"),
    failed("phase-9-links"),
    passed("phase-4-login"),
    failed("full-api"),
  ];

  it("name the phases whose validation fails, as phase 11 asks", () => {
    assert.deepEqual(failingPhases(results), [2, 8]);
    assert.equal(failedGatesOf(results).length, 4);
  });

  it("say what was expected, what came, and which row of the document it is", () => {
    assert.equal(
      resultText({ ...failed("phase-8-vin-decode"), expected: "a Honda", found: "503" }),
      'phase-8-vin-decode failed (phase 8, "VIN decode works"): expected a Honda; found 503',
    );
    assert.match(resultText(failed("full-api")), /\(full rollback, "Application functional"\)/);
  });
});

function result(name: string, outcome: CheckResult["outcome"]): CheckResult {
  const check = ALL_CHECKS.find((candidate) => candidate.name === name);
  assert.ok(check, name);
  return { check, outcome, expected: "", found: "", seconds: 0 };
}
