import assert from "node:assert/strict";
import { DESCRIPTION } from "../support/application";
import { parseSettings, rawSettings } from "../../plan/settings/settings";

const GOOD = { repository: "/srv/app", stateDirectory: "/var/lib/state" };

function problemsOf(stack: string, raw: Record<string, unknown>): string[] {
  const parsed = parseSettings(stack, raw, DESCRIPTION);
  if (parsed.ok) throw new Error("the settings should be refused");
  return parsed.problems.map(({ subject, what }) => `${subject}: ${what}`);
}

describe("settings", () => {
  it("take the defaults of Compose files and images, and JSON text as Pulumi hands it over", () => {
    const parsed = parseSettings(
      "simplified",
      {
        ...GOOD,
        compose: '{"profiles":["tools"]}',
        allowEmpty: '["mvp_redis_data"]',
        accept: '["full-api"]',
      },
      DESCRIPTION,
    );
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.settings.compose, {
      files: ["docker-compose.yml"],
      profiles: ["tools"],
    });
    assert.equal(parsed.settings.helperImage, "postgres:15");
    assert.deepEqual(parsed.settings.oneTime, {
      allowEmpty: ["mvp_redis_data"],
      accept: ["full-api"],
    });
  });

  it("take flags and refs of phases as Pulumi hands them over, by the phase's number", () => {
    const parsed = parseSettings(
      "simplified",
      {
        ...GOOD,
        phase3: "true",
        phase10: false,
        phaseRefs: '{"3":"HEAD~1"}',
        scenario: "keep-config",
      },
      DESCRIPTION,
    );
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.settings.phases, { "3": true, "10": false });
    assert.deepEqual(parsed.settings.phaseRefs, { "3": "HEAD~1" });
    assert.equal(parsed.settings.scenario, "keep-config");
  });

  it("keep only this project's keys", () => {
    const config = { "motovaultpro-rollback:preRef": "v1", "docker:host": "ssh://x" };
    assert.deepEqual(rawSettings(config), { preRef: "v1" });
  });

  const refused: readonly [what: string, raw: Record<string, unknown>, problem: RegExp][] = [
    ["an unknown key", { ...GOOD, phase12: "true" }, /config "phase12": is not a key/],
    [
      "an unknown image",
      { ...GOOD, images: { mysql: "x" } },
      /config "images.mysql": is not a key/,
    ],
    [
      "a relative path",
      { ...GOOD, repository: "app" },
      /config "repository": must be an absolute path/,
    ],
    ["a missing key", { stateDirectory: "/s" }, /config "repository": is missing/],
    ["an unknown source", { ...GOOD, dataSource: "newest" }, /config "dataSource"/],
    [
      "a Compose file outside the repository",
      { ...GOOD, compose: { files: ["../other.yml"] } },
      /config "compose.files.0": must be a file of the repository/,
    ],
    [
      "names, which the Compose file says",
      { ...GOOD, namePrefix: "a-" },
      /config "namePrefix": is not a key that this program knows/,
    ],
    [
      "what the Compose file says",
      { ...GOOD, ports: { http: 8081 } },
      /config "ports": is not a key that this program knows/,
    ],
    ["an unknown volume", { ...GOOD, allowEmpty: ["etc"] }, /config "allowEmpty.0"/],
    ["a source of an unknown volume", { ...GOOD, volumes: { etc: {} } }, /config "volumes.etc"/],
    [
      "an unknown source of a volume",
      { ...GOOD, volumes: '{"data/documents": {"source": "newest"}}' },
      /config "volumes.data\/documents.source"/,
    ],
    ["an option as a ref", { ...GOOD, preRef: "--upload-pack=x" }, /config "preRef"/],
    ["an unknown scenario", { ...GOOD, scenario: "half" }, /config "scenario": Invalid option/],
    ["a flag that is neither", { ...GOOD, phase3: "maybe" }, /config "phase3"/],
    ["a ref of no phase", { ...GOOD, phaseRefs: { "12": "HEAD~1" } }, /config "phaseRefs.12"/],
    ["a path as a backup", { ...GOOD, backup: "../x" }, /config "backup"/],
  ];
  for (const [what, raw, problem] of refused) {
    it(`refuse ${what}`, () => {
      const problems = problemsOf("simplified", raw);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }

  it("name every problem at once, also a stack that is neither topology", () => {
    const problems = problemsOf("production", { scenario: "half", oops: 1 });
    assert.equal(problems.length, 5, problems.join("\n"));
  });
});
