import assert from "node:assert/strict";
import { ALL_PHASES, DESCRIPTION } from "../support/application";
import { assemblyOf, sidesNeeded } from "../../plan/release/assembly";
import { liesBelow } from "../../plan/release/paths";
import { baseSide, type Extent, extentOf, layersOf } from "../../plan/release/scope";

const REFS = { earlier: "before", simplified: "after", phases: {} };
const UNTRACKED = { base: "u", overlays: [] };

function scope(phases: readonly number[], scenario: string | null = null): Extent {
  return { phases, scenario };
}

describe("how far a run goes back", () => {
  it("is everything on one stack and nothing on the other, where no flag is set", () => {
    assert.deepEqual(
      extentOf({ description: DESCRIPTION, stack: "pre-simplification", phases: {} }).phases,
      ALL_PHASES,
    );
    assert.deepEqual(
      extentOf({ description: DESCRIPTION, stack: "simplified", phases: {} }).phases,
      [],
    );
  });

  it("is refined by single flags on both stacks", () => {
    const phases = { "3": true, "9": false };
    assert.deepEqual(
      extentOf({ description: DESCRIPTION, stack: "simplified", phases }).phases,
      [3],
    );
    assert.deepEqual(
      extentOf({ description: DESCRIPTION, stack: "pre-simplification", phases }).phases,
      [1, 2, 3, 4, 5, 6, 7, 8, 10, 11],
    );
  });

  it("starts from a scenario's phases, which flags refine; full is all of them", () => {
    const stack = "simplified";
    assert.deepEqual(
      extentOf({ description: DESCRIPTION, stack, scenario: "storage-only", phases: {} }),
      scope([3], "storage-only"),
    );
    const refined = extentOf({
      description: DESCRIPTION,
      stack,
      scenario: "keep-infrastructure",
      phases: { "9": true, "10": false },
    });
    assert.deepEqual(refined.phases, [2, 3, 6, 9]);
    assert.deepEqual(
      extentOf({ description: DESCRIPTION, stack, scenario: "full", phases: {} }),
      scope(ALL_PHASES),
    );
  });
});

describe("what a release is assembled of", () => {
  it("is one whole commit at both ends, also where flags say so phase by phase", () => {
    for (const stack of ["pre-simplification", "simplified"] as const) {
      for (const [phases, commit] of [
        [ALL_PHASES, "before"],
        [ALL_PHASES.filter((phase) => phase !== 11), "before"],
        [[11], "after"],
        [[], "after"],
      ] as const) {
        const assembly = assemblyOf(DESCRIPTION, stack, scope(phases), REFS, UNTRACKED);
        assert.deepEqual(assembly, {
          commit,
          overlays: [],
          composeFile: null,
          untracked: UNTRACKED,
        });
      }
    }
  });

  it("takes a phase's paths from the earlier ref, and its part of docker-compose.yml alone", () => {
    const { commit, overlays, composeFile } = assemblyOf(
      DESCRIPTION,
      "simplified",
      scope([3]),
      REFS,
      UNTRACKED,
    );
    assert.equal(commit, "after");
    assert.deepEqual(overlays, [
      { path: "backend/src/core/storage/", commit: "before" },
      { path: "backend/src/features/documents/", commit: "before" },
    ]);
    assert.deepEqual(composeFile, { earlier: "before", simplified: "after", phases: [3] });
  });

  it("leaves docker-compose.yml alone for phases that have no part of it", () => {
    const assembly = assemblyOf(DESCRIPTION, "simplified", scope([2, 9]), REFS, UNTRACKED);
    assert.equal(assembly.composeFile, null);
  });

  it("takes paths of phases that stay forward from the simplified ref on the earlier stack", () => {
    const all = ALL_PHASES.filter((phase) => phase !== 10);
    const assembly = assemblyOf(DESCRIPTION, "pre-simplification", scope(all), REFS, UNTRACKED);
    assert.equal(assembly.commit, "before");
    assert.deepEqual(assembly.overlays, [{ path: "frontend/src/", commit: "after" }]);
  });

  it("takes a phase's own ref for its paths and its part of docker-compose.yml", () => {
    const refs = { ...REFS, phases: { "7": "seven" } };
    const { overlays, composeFile } = assemblyOf(
      DESCRIPTION,
      "simplified",
      scope([2, 7]),
      refs,
      UNTRACKED,
    );
    assert.equal(overlays.find(({ path }) => path.includes("migrations"))?.commit, "seven");
    assert.equal(overlays.find(({ path }) => path.endsWith("app.ts"))?.commit, "before");
    assert.equal(composeFile?.earlier, "seven");
  });

  it("takes a scenario's own paths, and then those of the flags that refine it", () => {
    const refined = scope([2, 3, 6], "keep-infrastructure");
    const { overlays } = assemblyOf(DESCRIPTION, "simplified", refined, REFS, UNTRACKED);
    assert.deepEqual(overlays, [
      { path: "backend/", commit: "before" },
      { path: "frontend/", commit: "before" },
      { path: "frontend/src/", commit: "after" },
    ]);
  });

  it("needs only the refs that it takes something from", () => {
    assert.deepEqual([...sidesNeeded(DESCRIPTION, "simplified", scope([]))], ["simplified"]);
    assert.deepEqual(
      [...sidesNeeded(DESCRIPTION, "pre-simplification", scope(ALL_PHASES))],
      ["earlier"],
    );
    assert.deepEqual([...sidesNeeded(DESCRIPTION, "simplified", scope([4]))].sort(), [
      "earlier",
      "simplified",
    ]);
  });

  it("names a base for every combination of flags, and never a path twice", () => {
    for (let bits = 0; bits < 2 ** 11; bits += 1) {
      const phases = ALL_PHASES.filter((phase) => (bits >> (phase - 1)) & 1);
      for (const stack of ["pre-simplification", "simplified"] as const) {
        const base = baseSide(DESCRIPTION, stack, scope(phases));
        const paths = layersOf(DESCRIPTION, scope(phases), base).map(({ path }) => path);
        assert.equal(new Set(paths).size, paths.length);
        assemblyOf(DESCRIPTION, stack, scope(phases), REFS, UNTRACKED);
      }
    }
  });
});

describe("paths of the phases", () => {
  it("are files, folders with everything below them, or patterns for one name", () => {
    assert.ok(liesBelow("docs/", "docs/a/b.md"));
    assert.ok(liesBelow(".env", ".env"));
    assert.ok(!liesBelow(".env", ".env.development"));
    assert.ok(!liesBelow("secrets/app/", "secrets/application/key"));
    assert.ok(liesBelow("backend/src/features/*/README.md", "backend/src/features/a/README.md"));
    assert.ok(!liesBelow("backend/src/features/*/README.md", "backend/src/features/a/b/README.md"));
  });
});
