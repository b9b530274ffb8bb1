import assert from "node:assert/strict";
import { sameData } from "../../plan/same-data";

describe("the same data", () => {
  const cases: readonly [unknown, unknown, boolean][] = [
    [{ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }, true],
    [{ a: undefined, b: 1 }, { b: 1 }, true],
    [{ a: 1 }, { a: 1, b: 1 }, false],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [[], {}, false],
    [null, {}, false],
    ["1", 1, false],
  ];
  for (const [one, other, expected] of cases) {
    it(`${JSON.stringify(one)} and ${JSON.stringify(other)}: ${String(expected)}`, () => {
      assert.equal(sameData(one, other), expected);
      assert.equal(sameData(other, one), expected);
    });
  }
});
