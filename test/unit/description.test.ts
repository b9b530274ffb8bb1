import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Description } from "../../plan/application/description";
import { parseDescription } from "../../plan/application/parse-description";
import { problemsText } from "../../plan/problem";

const FILE = "applications/motovaultpro.yaml";
const TEXT = readFileSync(join(__dirname, "..", "..", FILE), "utf8");

describe("the description of an application", () => {
  it("is read with what it leaves out", () => {
    const { name, phases } = described(TEXT);
    assert.equal(name, "motovaultpro");
    const [testing] = phases.slice(-1);
    assert.deepEqual(testing?.triggers, []);
    assert.equal(testing.effect, null);
    assert.equal(testing.risk, null);
  });

  const BROKEN: readonly (readonly [
    what: string,
    found: string,
    instead: string,
    problem: string,
    column: number,
  ])[] = [
    [
      "a key that is not known",
      "protected:",
      "protcted:",
      "protcted is not a key that this program knows",
      1,
    ],
    [
      "a level of risk that the document does not have",
      "level: Low-Medium",
      "level: Lowish",
      "phases[1].risk.level is not valid",
      14,
    ],
    [
      "a key that is missing",
      "  duration: 15-30 minutes\n",
      "",
      "fullRollback.duration is missing",
      3,
    ],
    [
      "a kind of store that nothing can read",
      "admin_minio_data: minio",
      "admin_minio_data: s3",
      "stores.admin_minio_data is not valid",
      21,
    ],
    [
      "a path outside the repository",
      "- frontend/src/\n",
      "- ../frontend/src/\n",
      "is not valid",
      9,
    ],
    [
      "a phase's number that stands twice",
      "  - number: 4\n",
      "  - number: 3\n",
      'phases[3].number is 3, as that of "Filesystem Storage"',
      13,
    ],
    [
      "phases with a gap between them",
      "  - number: 11\n",
      "  - number: 12\n",
      "phases[10].number is out of order",
      13,
    ],
    [
      "a decision for a phase that does not exist",
      "{ kind: phase, phase: 8 }",
      "{ kind: phase, phase: 18 }",
      "decisionMatrix[5].scope.phase names phase 18, which is not described",
      34,
    ],
    [
      "a scenario of a phase that does not exist",
      "rolledBackPhases: [3]",
      "rolledBackPhases: [33]",
      "scenarios[2].rolledBackPhases[0] names phase 33, which is not described",
      24,
    ],
    [
      "a scenario with the name of another",
      "name: storage-only",
      "name: keep-config",
      'scenarios[2].name is "keep-config" once more',
      11,
    ],
    [
      "a scenario that is called as the full rollback",
      "name: storage-only",
      "name: full",
      "scenarios[2].name is not valid",
      11,
    ],
    [
      "a counterpart that names itself",
      "admin-redis: mvp-redis",
      "admin-redis: admin-redis",
      "counterparts.services.admin-redis names itself",
      18,
    ],
    [
      "two counterparts of one service",
      "admin-redis: mvp-redis",
      "admin-redis: mvp-postgres",
      'counterparts.services.admin-redis names "mvp-postgres" once more',
      18,
    ],
    [
      "a counterpart that is no store",
      "admin_redis_data: mvp_redis_data",
      "admin_redis_data: mvp_redis",
      'counterparts.volumes.admin_redis_data names the volume "mvp_redis", which is not among the stores',
      23,
    ],
    [
      "an effect on a volume that is no store",
      "volume: admin_postgres_data",
      "volume: admin_postgres",
      'phases[6].effect.volumes[0].volume names the volume "admin_postgres", which is not among the stores',
      44,
    ],
    [
      "an effect that says nothing",
      "effect: { whole: true }",
      "effect: {}",
      "phases[0].effect is not valid",
      13,
    ],
    [
      "an effect that is denied",
      "effect: { whole: true }",
      "effect: { whole: false }",
      "phases[0].effect.whole is not valid",
      22,
    ],
    [
      "a role that nobody knows",
      "  cache: admin-redis\n",
      "  cachee: admin-redis\n",
      "roles.cachee is not a key that this program knows",
      3,
    ],
    [
      "a pattern that is none",
      "Error appending dashboard to API router",
      '"("',
      "checks.logs.ignore[0] is not valid",
      9,
    ],
    [
      "documents that a check could not remove again",
      "    removeSql:",
      "    key: k\n    sha256Fiel:",
      "checks.documents.sha256Fiel is not a key that this program knows",
      5,
    ],
  ];

  for (const [what, found, instead, problem, column] of BROKEN) {
    it(`refuses ${what}, with line and column`, () => {
      const text = TEXT.replace(found, instead);
      assert.notEqual(text, TEXT);
      const message = problemsOf(text);
      assert.ok(message.includes(problem), message);
      const line = message.split("\n").find((candidate) => candidate.includes(problem)) ?? "";
      const [, lineNumber, columnNumber] = /:(\d+):(\d+): /.exec(line) ?? [];
      assert.equal(Number(columnNumber), column, message);
      assert.ok(Number(lineNumber) > 1, message);
    });
  }

  it("names the line that is wrong, what it found and what is allowed", () => {
    const text = TEXT.replace("admin_minio_data: minio", "admin_minio_data: s3");
    const line = text.split("\n").findIndex((each) => each.includes("admin_minio_data: s3")) + 1;
    assert.equal(
      problemsOf(text),
      [
        "cannot read the description: 1 problem, nothing was changed",
        `  ${FILE}:${line}:21: stores.admin_minio_data is not valid`,
        '    found "s3", it must be one of postgres, redis, minio, documents',
      ].join("\n"),
    );
  });

  it("tells every problem at once", () => {
    const text = TEXT.replace("level: Low-Medium", "level: Lowish")
      .replace("admin_minio_data: minio", "admin_minio_data: s3")
      .replace("protected:", "protcted:");
    assert.match(problemsOf(text), /4 problems/);
  });

  it("refuses what is not YAML where it stops being it", () => {
    assert.match(
      problemsOf("name: a\nroles: {edge: b\n"),
      /motovaultpro\.yaml:\d+:\d+: is not YAML/,
    );
    assert.match(problemsOf("name: a\nname: b\n"), /motovaultpro\.yaml:2:1: is not YAML/);
  });

  it("refuses an empty file", () => {
    assert.match(problemsOf(""), /motovaultpro\.yaml:1:1/);
  });
});

function described(text: string): Description {
  const parsed = parseDescription(text, FILE);
  assert.ok(parsed.ok, parsed.ok ? "" : problemsText("read", parsed.problems));
  return parsed.description;
}

function problemsOf(text: string): string {
  const parsed = parseDescription(text, FILE);
  assert.ok(!parsed.ok);
  return problemsText("read the description", parsed.problems);
}
