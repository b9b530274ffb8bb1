import assert from "node:assert/strict";
import type { ChangeState } from "../../plan/model/observed";
import type { ChangeKind } from "../../plan/model/wanted";
import { type LastStep, lastStepOf } from "../../plan/run/last-step";

const STAGING: readonly ChangeKind[] = ["first", "switch", "repair", "adopt"];
const ALL: readonly ChangeKind[] = [...STAGING, "inPlace"];

describe("the last step of a change", () => {
  const cases: readonly (readonly [
    string,
    readonly ChangeKind[],
    ChangeState,
    edgeRuns: boolean,
    LastStep,
  ])[] = [
    ["moves the edge to what was staged", STAGING, "open", false, "cutOver"],
    ["takes nothing back behind an edge that runs already", STAGING, "open", true, "resume"],
    ["serves in place on, its edge replaced", ["inPlace"], "open", false, "replaceInPlace"],
    ["serves in place on, its edge untouched", ["inPlace"], "open", true, "replaceInPlace"],
    ["only looks again once the change is done", ALL, "done", true, "resume"],
    ["starts an edge that was made anew after that", ALL, "done", false, "replaceInPlace"],
  ];

  for (const [title, kinds, state, edgeRuns, expected] of cases) {
    it(title, () => {
      for (const kind of kinds) assert.equal(lastStepOf(kind, state, edgeRuns), expected, kind);
    });
  }
});
