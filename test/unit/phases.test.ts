import assert from "node:assert/strict";
import { durationOf, type Phase } from "../../plan/application/description";
import { ALL_PHASES, PHASES, DESCRIPTION, NAMES, topologyFor } from "../support/application";
import {
  bulletsUnder,
  checkedOutPaths,
  createdVolumes,
  numberedSteps,
  sections,
  startedServices,
  strategyDocument,
  valueOf,
} from "../support/strategy-document";

const described = sections(strategyDocument(), "###", "Phase ");

describe("the phases", () => {
  it("are the document's 11 phases in its order and under its titles", () => {
    assert.equal(described.length, 11);
    assert.deepEqual(
      PHASES.map((phase) => `Phase ${phase.number}: ${phase.title} Rollback`),
      described.map((section) => section.heading),
    );
    assert.deepEqual(
      PHASES.map((phase) => phase.number),
      ALL_PHASES,
    );
  });

  for (const [index, { heading, text }] of described.entries()) {
    describe(heading, () => {
      const phase = phaseAt(index);

      it("has the document's triggers", () => {
        assert.deepEqual(phase.triggers, bulletsUnder(text, "Rollback Trigger"));
      });

      it("has the document's numbered steps", () => {
        assert.deepEqual(
          phase.steps.map((step) => step.text),
          numberedSteps(text),
        );
      });

      it("has the document's checkboxes", () => {
        assert.deepEqual(phase.validation, bulletsUnder(text, "Validation"));
      });

      it("has the document's risk", () => {
        const risk = phase.risk === null ? null : `${phase.risk.level} - ${phase.risk.because}`;
        assert.equal(risk, valueOf(text, "Risk"));
      });

      it("has the document's note, if there is one", () => {
        assert.equal(phase.note, valueOf(text, "Note"));
      });

      it("restores the document's paths", () => {
        const compose = phase.composePart === null ? [] : ["docker-compose.yml"];
        assert.deepEqual(new Set([...phase.gitPaths, ...compose]), new Set(checkedOutPaths(text)));
      });

      it("restores the document's volumes", () => {
        assert.deepEqual(phase.volumes, createdVolumes(text));
      });

      it("names every service that the document starts", () => {
        for (const name of startedServices(text)) assert.ok(phase.services.includes(name), name);
      });

      it("has the decision matrix's duration, if it has a row there", () => {
        const row = DESCRIPTION.decisionMatrix.find(
          ({ scope }) => scope.kind === "phase" && scope.phase === phase.number,
        );
        assert.equal(durationOf(DESCRIPTION, phase.number), row?.duration ?? null);
      });
    });
  }

  it("name only services and volumes that some topology has", () => {
    const both = [topologyFor([]), topologyFor(ALL_PHASES)];
    const services = both.flatMap((topology) => topology.services.map(({ name }) => name));
    const volumes = both.flatMap((topology) => topology.volumes.map(({ name }) => name));
    for (const phase of PHASES) {
      for (const name of phase.services) assert.ok(services.includes(name), name);
      for (const name of phase.volumes) assert.ok(volumes.includes(name), name);
    }
  });
});

describe("paths with rules of their own", () => {
  it("protects the log, the incidents and the data from git", () => {
    assert.deepEqual(NAMES.protectedPaths, [
      "docs/redesign/ROLLBACK-LOG.md",
      "docs/redesign/incidents",
      "data",
    ]);
  });

  it("looks for untracked files under every phase's paths, none twice", () => {
    assert.deepEqual(
      new Set(NAMES.untrackedPaths),
      new Set(PHASES.flatMap((phase) => phase.gitPaths)),
    );
    assert.equal(new Set(NAMES.untrackedPaths).size, NAMES.untrackedPaths.length);
    for (const path of [".env", "secrets/app/", "docs/", "frontend/src/"])
      assert.ok(NAMES.untrackedPaths.includes(path), path);
  });
});

function phaseAt(index: number): Phase {
  const phase = PHASES[index];
  assert.ok(phase);
  return phase;
}
