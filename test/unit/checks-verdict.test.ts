import assert from "node:assert/strict";
import { ALL_CHECKS } from "../../plan/checks";
import type { CheckResult } from "../../plan/checks/result";
import { keptText, stagedFailureText, verdictOf, wentBackText } from "../../plan/checks/verdict";
import type { ChangeRequest } from "../../plan/model/wanted";
import { settingsFor } from "../support/model-settings";
import { earlierSide, requestOf, simplifiedSide } from "../support/plans";

const FAILED = [found("full-vin-decode", "failed"), found("full-api", "failed")];
const LINE =
  '  full-vin-decode failed (full rollback, "Application functional"): expected a Honda; found 503';

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

  it("on a staged side leaves the change open, and names every gate and the three ways on", () => {
    const text = stagedFailureText(rollback(), FAILED);
    assert.match(
      text,
      /^change 3 stays open: 2 gates failed on the staged side; "simplified" serves as before and was not touched\n/,
    );
    assert.ok(text.includes(LINE), text);
    assert.match(text, /full-api failed/);
    for (const way of [
      "pulumi up --stack pre-simplification",
      'accept: ["full-vin-decode","full-api"]',
      "rollback abort",
    ])
      assert.ok(text.includes(way), way);
  });

  it("on a side that had to go back says what serves, and where writes of in between are", () => {
    const text = wentBackText(rollback(), FAILED.slice(0, 1));
    assert.match(
      text,
      /^change 3 failed back: 1 gate failed on the new side; its edge is stopped, "simplified" serves again\n/,
    );
    assert.ok(text.includes(LINE), text);
    assert.match(text, /written through the new edge in between stays in the new side's volumes/);
  });

  it("where the live side was parked promises neither that it serves nor that it comes back", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("simplified", {}, { "5": true }));
    const request = requestOf(
      settingsFor("pre-simplification"),
      host.observed(settingsFor("pre-simplification")),
    );
    assert.match(
      stagedFailureText(request, FAILED),
      /^change 4 stays open: .*; "simplified" was parked for it, so nobody may be served\n/,
    );
    assert.match(
      keptText(request, FAILED),
      /was parked and could not serve again by itself: the way back is pulumi up --stack simpl/,
    );
  });

  it("on a side that stays names the way back that its kind of change has", () => {
    const restore = requestOf(
      settingsFor("pre-simplification", { restore: "b1" }),
      earlierSide().observed(),
    );
    assert.match(
      keptText(restore, FAILED),
      /^change 2 is done and "pre-simplification" serves, but 2 gates failed\n/,
    );
    assert.match(keptText(restore, FAILED), /set what you changed .* restore: safety-2/);
    assert.match(
      keptText(rollback(), FAILED),
      /the new side may have been written to: the way back is pulumi up --stack simplified/,
    );
    const first: ChangeRequest = { ...restore, kind: "first", from: null };
    assert.match(keptText(first, FAILED), /nothing was left that could serve instead/);
  });
});

function rollback(): ChangeRequest {
  return requestOf(settingsFor("pre-simplification"), simplifiedSide().observed());
}

function found(name: string, outcome: CheckResult["outcome"]): CheckResult {
  const check = ALL_CHECKS.find((candidate) => candidate.name === name);
  assert.ok(check, name);
  return { check, outcome, expected: "a Honda", found: "503", seconds: 0 };
}
