import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { ALL_CHECKS } from "../../plan/checks";
import type { CheckResult } from "../../plan/checks/result";
import type { ChangeKind, ChangeRequest } from "../../plan/model/wanted";
import { failureText } from "../../plan/run/failure-texts";
import {
  type FailurePoint,
  onFailure,
  type OutcomeName,
  withOutcomesTable,
} from "../../plan/run/on-failure";
import { settingsFor } from "../support/model-settings";
import { earlierSide, requestOf, simplifiedSide } from "../support/plans";

const DOCUMENT = join(__dirname, "..", "..", "docs", "operations.md");
const POINTS: readonly FailurePoint[] = ["stagedSide", "newEdge", "onlyEdge", "edgeMovedBefore"];
const FAILED = [found("full-vin-decode"), found("full-api")];
const LINE =
  '  full-vin-decode failed (full rollback, "Application functional"): expected a Honda; found 503';

describe("what a failed gate leads to", () => {
  it("depends, on a switch, on where it fails and whether the old side could serve again", () => {
    assert.deepEqual(outcomesOf(rollback()), ["staged", "wentBack", "oldEdgeGone", "movedBefore"]);
    const parked = ["stagedAfterParking", "afterParking", "afterParking", "afterParking"];
    assert.deepEqual(outcomesOf(afterParking()), parked);
  });

  for (const kind of ["first", "inPlace", "repair", "adopt"] satisfies ChangeKind[]) {
    it(`is that the new state stays, whatever fails in a change of kind ${kind}`, () => {
      const names = outcomesOf({ ...rollback(), kind });
      assert.deepEqual([...new Set(names)], ["nothingBeside"]);
    });
  }

  it("closes the change exactly where the edge has moved, and goes back only where the old side is whole", () => {
    const each = [rollback(), afterParking()].flatMap((request) =>
      POINTS.map((where) => ({ where, ...onFailure(request, where) })),
    );
    for (const { where, name, serves, state } of each) {
      assert.equal(state === "open", where === "stagedSide", name);
      assert.equal(serves === "incoming", state === "done", name);
      assert.equal(state === "failedBack", name === "wentBack", name);
    }
  });

  it("is the table of docs/operations.md (npm run docs writes it)", async () => {
    const text = readFileSync(DOCUMENT, "utf8");
    const options = { ...(await resolveConfig(DOCUMENT)), filepath: DOCUMENT };
    assert.equal(text, await format(withOutcomesTable(text), options));
    assert.match(
      text,
      /^\| through the new edge +\| the old side again +\| closed, `failedBack` \|/m,
    );
  });
});

describe("what is told of failed gates", () => {
  it("on a staged side leaves the change open, and names every gate and the three ways on", () => {
    const text = textOf(rollback(), "stagedSide");
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
    const text = textOf(rollback(), "newEdge", FAILED.slice(0, 1));
    assert.match(
      text,
      /^change 3 failed back: 1 gate failed on the new side; its edge is stopped, "simplified" serves again\n/,
    );
    assert.ok(text.includes(LINE), text);
    assert.match(text, /written through the new edge in between stays in the new side's volumes/);
  });

  it("where the live side was parked promises neither that it serves nor that it comes back", () => {
    const request = afterParking();
    assert.match(
      textOf(request, "stagedSide"),
      /^change 4 stays open: .*; "simplified" was parked for it, so nobody may be served\n/,
    );
    assert.match(
      textOf(request, "onlyEdge"),
      /was parked and could not serve again by itself: the way back is pulumi up --stack simpl/,
    );
  });

  it("on a side that stays names the way back that its kind of change has", () => {
    const restore = requestOf(
      settingsFor("pre-simplification", { restore: "b1" }),
      earlierSide().observed(),
    );
    assert.match(
      textOf(restore, "onlyEdge"),
      /^change 2 is done and "pre-simplification" serves, but 2 gates failed\n/,
    );
    assert.match(textOf(restore, "onlyEdge"), /set what you changed .* restore: safety-2/);
    assert.match(
      textOf(rollback(), "edgeMovedBefore"),
      /the new side may have been written to: the way back is pulumi up --stack simplified/,
    );
    const first: ChangeRequest = { ...restore, kind: "first", from: null };
    assert.match(textOf(first, "onlyEdge"), /nothing was left that could serve instead/);
  });
});

function textOf(request: ChangeRequest, where: FailurePoint, failed = FAILED): string {
  return failureText(request, onFailure(request, where), failed);
}

function outcomesOf(request: ChangeRequest): OutcomeName[] {
  return POINTS.map((where) => onFailure(request, where).name);
}

function rollback(): ChangeRequest {
  return requestOf(settingsFor("pre-simplification"), simplifiedSide().observed());
}

/** A switch from a side with the earlier networks, which both sides have. */
function afterParking(): ChangeRequest {
  const host = simplifiedSide();
  host.carryOut(host.plan("simplified", {}, { "5": true }));
  const settings = settingsFor("pre-simplification");
  return requestOf(settings, host.observed(settings));
}

function found(name: string): CheckResult {
  const check = ALL_CHECKS.find((candidate) => candidate.name === name);
  assert.ok(check, name);
  return { check, outcome: "failed", expected: "a Honda", found: "503", seconds: 0 };
}
