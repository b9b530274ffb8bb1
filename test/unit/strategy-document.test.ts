import assert from "node:assert/strict";
import { ALL_PHASES, DESCRIPTION, SCENARIOS } from "../support/application";
import { scopeText } from "../../plan/application/description";
import {
  bulletsUnder,
  checkedOutPaths,
  createdVolumes,
  linesMatching,
  numberedSteps,
  type Section,
  sections,
  startedServices,
  strategyDocument,
  tableRows,
  valueOf,
} from "../support/strategy-document";

describe("the full rollback", () => {
  const { text } = only("###", "Complete Rollback");

  it("is what the document says about it", () => {
    assert.deepEqual(DESCRIPTION.fullRollback.whenToUse, bulletsUnder(text, "When to Use"));
    assert.deepEqual(DESCRIPTION.fullRollback.volumes, createdVolumes(text));
    assert.deepEqual(
      DESCRIPTION.fullRollback.steps.map((step) => step.text),
      numberedSteps(text),
    );
    assert.deepEqual(DESCRIPTION.fullRollback.validation, bulletsUnder(text, "Validation"));
    assert.equal(DESCRIPTION.fullRollback.duration, valueOf(text, "Duration"));
    assert.equal(DESCRIPTION.fullRollback.risk, valueOf(text, "Risk"));
  });
});

describe("the scenarios", () => {
  const described = sections(strategyDocument(), "###", "Scenario ");

  it("are the document's three, with its paths and services", () => {
    assert.equal(described.length, 3);
    assert.deepEqual(
      SCENARIOS.map((scenario) => ({
        heading: `Scenario ${scenario.number}: ${scenario.title}`,
        summary: scenario.summary,
        paths: scenario.gitPaths,
        services: scenario.services,
      })),
      described.map(({ heading, text }) => ({
        heading,
        summary: linesMatching(text, /^# (.+)$/)[0],
        paths: checkedOutPaths(text),
        services: startedServices(text),
      })),
    );
  });

  it("roll back the phases that their summary names", () => {
    const without = (kept: number): number[] => ALL_PHASES.filter((phase) => phase !== kept);
    assert.deepEqual(
      SCENARIOS.map((scenario) => scenario.rolledBackPhases),
      [without(1), without(4), [3]],
    );
  });
});

describe("the decision matrix", () => {
  it("is the document's table row by row", () => {
    assert.deepEqual(
      DESCRIPTION.decisionMatrix.map((row) => [
        row.failure,
        scopeText(row.scope),
        row.risk,
        row.duration,
      ]),
      tableRows(only("##", "Rollback Decision Matrix").text),
    );
    assert.equal(DESCRIPTION.decisionMatrix.length, 7);
  });
});

describe("the emergency contacts", () => {
  it("have the document's roles", () => {
    assert.deepEqual(
      DESCRIPTION.contacts,
      linesMatching(only("##", "Emergency Contacts").text, /^- (.+): \[contact\]$/),
    );
  });
});

function only(rank: "##" | "###", start: string): Section {
  const [section, ...others] = sections(strategyDocument(), rank, start);
  assert.ok(section);
  assert.equal(others.length, 0);
  return section;
}
