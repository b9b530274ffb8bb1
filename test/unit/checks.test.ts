import assert from "node:assert/strict";
import { ALL_PHASES, checkSettingsOf, topologyFor } from "../support/application";
import { asConfigured, checkProblems } from "../../plan/checks/addresses";
import {
  ALL_CHECKS,
  applicable,
  beforeCutover,
  type Check,
  checksFor,
  checksOfPhase,
  comparableBefore,
  isFullRollback,
} from "../../plan/checks";
import { probeKey } from "../../plan/checks/check";
import { expectation } from "../../plan/checks/expectation";
import { serviceOf } from "../../plan/checks/roles";
import {
  checkSettingsSchema,
  noCheckSettings,
  unknownCheckProblems,
} from "../../plan/checks/settings";
import { bulletsUnder, sections, strategyDocument } from "../support/strategy-document";

const example = checkSettingsOf("https://example.auth0.com/");

describe("the checks", () => {
  it("cover every checkbox of the document, and name no other", () => {
    assert.deepEqual(
      new Set(ALL_CHECKS.map(({ phase, row }) => `${phase}: ${row}`)),
      new Set(checkboxes()),
    );
    assert.equal(checkboxes().length, 42);
  });

  it("have names that are stable, unique and told by their phase", () => {
    const names = ALL_CHECKS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { name, phase } of ALL_CHECKS) {
      assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
      assert.ok(name.startsWith(phase === "full" ? "full-" : `phase-${phase}-`), name);
    }
  });

  it("decide by what can be looked at, and leave to a person only what cannot", () => {
    for (const check of ALL_CHECKS) {
      assert.equal(check.severity === "manual", check.kind === "manual", check.name);
      assert.equal(check.deadlineSeconds > 0, check.kind !== "manual", check.name);
      assert.notEqual(expectation(check), "", check.name);
    }
    const manual = ALL_CHECKS.filter(({ kind }) => kind === "manual").map(({ row }) => row);
    assert.deepEqual(manual, ["Documentation accurate", "Examples work"]);
  });

  it("make nothing of the document's documentation phase a reason to go back", () => {
    assert.ok(checksOfPhase(9).every(({ severity }) => severity !== "gate"));
  });

  it("have at least one gate for every other row that is not about logs", () => {
    for (const { phase, row } of ALL_CHECKS) {
      if (phase === 9 || /errors in logs|network errors/.test(row)) continue;
      const gates = ALL_CHECKS.filter((one) => one.phase === phase && one.row === row);
      assert.ok(
        gates.some(({ severity }) => severity === "gate"),
        `${phase}: ${row}`,
      );
    }
  });

  it("look at the same thing once, however many rows ask for it", () => {
    const platform = ALL_CHECKS.filter(
      (check) => check.kind === "http" && check.address === "platform",
    );
    assert.deepEqual(
      platform.map(({ phase }) => phase),
      [4, 6, 8],
    );
    assert.equal(new Set(platform.map(probeKey)).size, 1);
    assert.ok(new Set(ALL_CHECKS.map(probeKey)).size < ALL_CHECKS.length);
  });
});

describe("the checks of a side", () => {
  it("are those of the full rollback where every phase is rolled back", () => {
    assert.equal(isFullRollback(ALL_PHASES, ALL_PHASES), true);
    assert.equal(
      isFullRollback(
        ALL_PHASES.filter((phase) => phase !== 3),
        ALL_PHASES,
      ),
      false,
    );
    assert.ok(checksFor(ALL_PHASES, true).every(({ phase }) => phase === "full"));
  });

  it("are those of the rolled back phases, ascending and none twice", () => {
    assert.deepEqual(phasesOf(checksFor([7, 2], false)), [2, 7]);
    assert.deepEqual(checksFor([3, 3], false), checksOfPhase(3));
  });

  it("are, on the simplified side, all that do not need an earlier part", () => {
    const names = checksFor([], false).map(({ name }) => name);
    assert.deepEqual(phasesOf(checksFor([], false)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const missing of [
      "phase-1-containers-running",
      "phase-2-tenant-works",
      "phase-3-minio-running",
      "phase-5-networks",
      "phase-8-platform-containers",
    ])
      assert.ok(!names.includes(missing), missing);
  });

  it("are, for phase 11, those of all other phases", () => {
    assert.deepEqual(phasesOf(checksOfPhase(11)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual(applicable(checksOfPhase(11), ALL_PHASES), checksOfPhase(11));
  });

  it("are, before the cutover, those that ask neither the edge nor what starts after it", () => {
    const kinds = new Set(beforeCutover(checksFor(ALL_PHASES, true)).map(({ kind }) => kind));
    assert.deepEqual(kinds, new Set([...INSIDE_OF_FULL]));
    assert.deepEqual(
      beforeCutover(checksOfPhase(10)).map(({ kind }) => kind),
      ["image"],
    );
  });

  it("are, before a switch, the gates that the outgoing side can have failed too", () => {
    const full = comparableBefore(checksFor(ALL_PHASES, true), []).map(({ name }) => name);
    assert.ok(full.includes("full-api"));
    assert.ok(full.includes("full-existing-documents"));
    for (const other of [
      "full-containers-running",
      "full-tenant-works",
      "full-release",
      "full-logs",
      "full-data-intact",
      "full-objects-intact",
    ])
      assert.ok(!full.includes(other), other);
    const forward = comparableBefore(checksFor([], false), ALL_PHASES).map(({ name }) => name);
    assert.ok(forward.includes("phase-8-vin-decode"));
    assert.ok(!forward.includes("phase-1-compose-file"));
  });

  it("ask only for services that the side has", () => {
    for (const phases of [[], [1], [3], [8], [2, 5, 7], ALL_PHASES]) {
      const topology = topologyFor(phases);
      for (const check of applicable(ALL_CHECKS, phases)) {
        const roles = check.kind === "containers" && check.services !== "all" ? check.services : [];
        for (const role of roles) assert.ok(serviceOf(topology, role), `${check.name}: ${role}`);
      }
    }
  });
});

describe("config checks", () => {
  it("of the demo application lacks nothing", () => {
    assert.deepEqual(checkProblems(ALL_CHECKS, example), []);
  });

  it("names every part that is missing once, with the checks that need it", () => {
    const problems = checkProblems(checksOfPhase(8), noCheckSettings);
    assert.deepEqual(
      problems.map(({ subject }) => subject),
      ["platform", "platformApi", "vin", "hierarchy"].map((part) => `config "checks.${part}"`),
    );
    assert.match(problems[2]?.what ?? "", /is missing, and phase-8-vin-decode needs it/);
    assert.match(
      problems[2]?.advice[0] ?? "",
      /^add "vin" to "checks" of the application's description/,
    );
  });

  it("asks for the issuer where a request needs a token", () => {
    const api = [{ path: "/api/vehicles", token: true }];
    const settings = checkSettingsSchema.parse({ api });
    const checks = ALL_CHECKS.filter(({ name }) => name === "phase-10-api");
    assert.deepEqual(
      checkProblems(checks, settings).map(({ subject }) => subject),
      ['config "checks.login"'],
    );
  });

  it("refuses names that no check has, and says which are like them", () => {
    const settings = { ...example, skip: ["phase-3-minio"], deadlines: { "full-api": 5, nope: 1 } };
    const problems = checkProblems([], settings);
    assert.deepEqual(
      problems.map(({ what }) => what),
      ['there is no check "phase-3-minio"', 'there is no check "nope"'],
    );
    assert.match(problems[0]?.advice[0] ?? "", /phase-3-minio-running/);
    assert.equal(unknownCheckProblems("accept", ["full-tests"], ALL_CHECKS).length, 0);
  });

  it("refuses what is not of its form, and a document check that could not remove what it wrote", () => {
    const { documents } = checkSettingsOf("https://example.auth0.com/");
    assert.ok(documents);
    const without = { ...documents, removeSql: undefined };
    for (const wrong of [
      { health: { path: "api/health" } },
      { health: { path: "/api/health", statuss: 200 } },
      { login: { tokenUrl: "ftp://issuer/", protected: "/" } },
      { login: { tokenUrl: "http://issuer/", protected: "/", clientSecretFile: "../secret" } },
      { logs: { errors: ["("] } },
      { tables: ["vehicles; DROP TABLE vehicles"] },
      { documents: without },
      { unknown: true },
    ])
      assert.equal(checkSettingsSchema.safeParse(wrong).success, false, JSON.stringify(wrong));
  });

  it("leaves a skipped check, and a suite without a command, to a person", () => {
    const settings = { ...example, skip: ["full-login"], deadlines: { "full-api": 5 } };
    const checks = asConfigured(ALL_CHECKS, settings);
    const manual = checks.filter(({ kind }) => kind === "manual").map(({ name }) => name);
    assert.deepEqual(manual, [
      "phase-9-documentation-read",
      "phase-9-examples",
      "full-suite",
      "full-login",
    ]);
    assert.equal(checks.find(({ name }) => name === "full-api")?.deadlineSeconds, 5);
    const suite = { ...settings, tests: { backend: ["npm"], suite: SUITE } };
    const gate = asConfigured(ALL_CHECKS, suite).find(({ name }) => name === "full-suite");
    assert.equal(gate?.severity, "gate");
  });
});

const INSIDE_OF_FULL = [
  "tests",
  "release",
  "networks",
  "migrations",
  "databaseIntact",
  "objectsIntact",
] as const;

const SUITE = { command: ["make", "test"], environment: {} };

function phasesOf(checks: readonly Check[]): readonly (number | "full")[] {
  return [...new Set(checks.map(({ phase }) => phase))];
}

/** Every checkbox of the document under its phase. */
function checkboxes(): readonly string[] {
  const phases = sections(strategyDocument(), "###", "Phase ").flatMap(({ text }, index) =>
    bulletsUnder(text, "Validation").map((row) => `${index + 1}: ${row}`),
  );
  const full = sections(strategyDocument(), "###", "Complete Rollback").flatMap(({ text }) =>
    bulletsUnder(text, "Validation").map((row) => `full: ${row}`),
  );
  return [...phases, ...full];
}
