import assert from "node:assert/strict";
import { ALL_CHECKS } from "../../plan/checks";
import type { CheckResult } from "../../plan/checks/result";
import { verdictOf } from "../../plan/checks/verdict";

describe("the verdict about a change", () => {
  it("says which failures count, and of the others why they do not", () => {
    const after = [
      found("full-api", "failed"),
      found("full-login", "failed"),
      found("full-page", "failed"),
      found("full-logs", "failed"),
      found("full-health", "passed"),
      found("full-suite", "manual"),
    ];
    const verdict = verdictOf([found("full-page", "failed")], after, ["full-login"]);
    assert.deepEqual(
      verdict.failedGates.map(({ check }) => check.name),
      ["full-api"],
    );
    assert.equal(verdict.summary, "1 of 5 checks passed, 1 gate failed, 1 left to a person");
    assert.deepEqual(
      verdict.failures.map((line) => line.replace(/ failed .* 503/, "")),
      [
        "full-api (gate)",
        "full-login (gate, accepted)",
        "full-page (gate, failed before the change too)",
        "full-logs (report)",
      ],
    );
  });
});

function found(name: string, outcome: CheckResult["outcome"]): CheckResult {
  const check = ALL_CHECKS.find((candidate) => candidate.name === name);
  assert.ok(check, name);
  return { check, outcome, expected: "a Honda", found: "503", seconds: 0 };
}
