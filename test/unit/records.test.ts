import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { NAMES, topologyFor } from "../support/application";
import type { HostContext } from "../../host/context";
import {
  evidenceFolder,
  markCutOver,
  markWorkTreeMoved,
  openRecord,
  requireChange,
  setState,
} from "../../change/records/change";
import { readRecorded, recordNumbers } from "../../change/records/read";
import { runStep } from "../../change/records/run-step";
import { beginStep, finishStep, stepDone } from "../../change/records/steps";
import { volumeStep } from "../../change/records/written";
import { statePath } from "../../host/state-directory";
import { ProblemsError } from "../../plan/problem";
import type { ChangeRequest } from "../../plan/model/wanted";

const left = {
  outgoingUntracked: "u1",
  outgoingBranch: "main",
  retire: [{ id: "abc", name: "mvp-backend" }],
  retireNetworks: [{ id: "def", name: "motovaultpro_backend" }],
};

describe("records", () => {
  let context: HostContext;

  beforeEach(async () => {
    const stateDirectory = await mkdtemp(join(tmpdir(), "rollback records "));
    context = {
      docker: undefined as unknown as Docker,
      repository: "/nowhere",
      stateDirectory,
      compose: { files: ["docker-compose.yml"], profiles: [] },
      helperImage: "helper",
      application: NAMES,
      report: () => undefined,
    };
  });
  afterEach(async () => rm(context.stateDirectory, { recursive: true, force: true }));

  it("has no changes where nothing was ever written", async () => {
    assert.deepEqual(await readRecorded(context), []);
    assert.deepEqual(await recordNumbers(context), []);
  });

  it("gives back what was written, ascending by number", async () => {
    for (const number of [10, 9, 2]) await openRecord(context, request(number), left);
    await setState(context, 2, "done");
    await markCutOver(context, 9);
    await markWorkTreeMoved(context, 9);
    const changes = await readRecorded(context);
    assert.deepEqual(
      changes.map(({ request: { number }, state, cutOver, workTreeMoved }) => [
        number,
        state,
        cutOver,
        workTreeMoved,
      ]),
      [
        [2, "done", false, false],
        [9, "open", true, true],
        [10, "open", false, false],
      ],
    );
    const [first] = changes;
    assert.ok(first !== undefined);
    assert.deepEqual(first.request, request(2));
    assert.equal(first.outgoingUntracked, "u1");
    assert.deepEqual((await requireChange(context, 10)).retire, left.retire);
  });

  it("keeps the left side as it was first seen when the same change is opened again", async () => {
    await openRecord(context, request(3), left);
    const again = await openRecord(context, request(3), { ...left, outgoingBranch: "other" });
    assert.equal(again.outgoingBranch, "main");
  });

  it("refuses a number that another change has taken, and one that is closed", async () => {
    await openRecord(context, request(3), left);
    const other = { ...request(3), settings: { ...request(3).settings, reason: "other" } };
    await assert.rejects(openRecord(context, other, left), /taken by another change/);
    await setState(context, 3, "aborted");
    await assert.rejects(openRecord(context, request(3), left), /closed \(aborted\)/);
    await assert.rejects(setState(context, 3, "done"), /cannot become done/);
    await setState(context, 3, "aborted");
  });

  it("writes files that only their owner can read, and leaves no temporary ones", async () => {
    await openRecord(context, request(1), left);
    await beginStep(context, 1, "begin", [1]);
    const folder = statePath.record(context, 1);
    assert.equal((await stat(join(folder, "change.json"))).mode & 0o777, 0o600);
    assert.equal((await stat(join(folder, "steps", "begin.json"))).mode & 0o777, 0o600);
    assert.equal((await stat(await evidenceFolder(context, 1))).mode & 0o777, 0o700);
    assert.equal((await stat(statePath.records(context))).mode & 0o777, 0o700);
    assert.deepEqual((await readdir(folder)).sort(), ["change.json", "evidence", "steps"]);
  });

  it("names every record that cannot be read", async () => {
    await openRecord(context, request(1), left);
    await openRecord(context, request(2), left);
    await openRecord(context, request(3), left);
    await writeFile(join(statePath.record(context, 2), "change.json"), '{"format":1');
    const newer = { ...(await requireChange(context, 3)), format: 2 };
    await writeFile(join(statePath.record(context, 3), "change.json"), JSON.stringify(newer));
    await assert.rejects(readRecorded(context), (error: unknown) => {
      assert.ok(error instanceof ProblemsError);
      assert.deepEqual(
        error.problems.map((problem) => problem.subject),
        ["record 2", "record 3"],
      );
      return true;
    });
  });

  it("ignores a folder whose record was never written and what a killed write left", async () => {
    await evidenceFolder(context, 4);
    await openRecord(context, request(5), left);
    await beginStep(context, 5, "begin", [5]);
    const steps = join(statePath.record(context, 5), "steps");
    await writeFile(join(steps, ".begin.json.1234.part"), "{");
    assert.equal((await readRecorded(context)).length, 1);
    assert.deepEqual(await recordNumbers(context), [4, 5]);
  });

  it("keeps keys that it does not know when it rewrites a record", async () => {
    await openRecord(context, request(1), left);
    const file = join(statePath.record(context, 1), "change.json");
    await writeFile(file, JSON.stringify({ ...(await requireChange(context, 1)), later: true }));
    await setState(context, 1, "done");
    assert.match(await readFile(file, "utf8"), /"later": true/);
  });

  it("finds a step done only under the trigger that it ended under", async () => {
    await beginStep(context, 1, "begin", ["a", 1]);
    assert.equal(await stepDone(context, 1, "begin", ["a", 1]), null);
    await finishStep(context, 1, "begin", ["a", 1], { backup: "b" });
    assert.deepEqual(await stepDone(context, 1, "begin", ["a", 1]), { backup: "b" });
    assert.equal(await stepDone(context, 1, "begin", ["a", 2]), null);
    assert.equal(await stepDone(context, 1, "other", ["a", 1]), null);
    await assert.rejects(finishStep(context, 1, "other", [], {}), /was not begun/);
  });

  it("derives the written volumes from the steps that began, but for those taken as left", async () => {
    await openRecord(context, request(1), left);
    await beginStep(context, 1, volumeStep("data/documents"), ["backup:b", 1]);
    await beginStep(context, 1, volumeStep("mvp_redis_data"), ["existing", 1]);
    await beginStep(context, 1, volumeStep("admin_postgres_data"), ["empty", 1]);
    await beginStep(context, 1, "begin", [1]);
    const [change] = await readRecorded(context);
    assert.deepEqual(change?.written, ["admin_postgres_data", "data/documents"]);
  });

  it("runs a step once, and again after it failed", async () => {
    const step = { number: 1, name: "release", trigger: ["tree"] };
    let runs = 0;
    const failing = () => Promise.reject(new Error("disk full"));
    await assert.rejects(runStep(context, step, failing), /disk full/);
    const work = () => Promise.resolve({ runs: ++runs });
    assert.deepEqual(await runStep(context, step, work), { runs: 1 });
    assert.deepEqual(await runStep(context, step, work), { runs: 1 });
    assert.deepEqual(await runStep(context, { ...step, trigger: ["other"] }, work), {
      runs: 2,
    });
  });
});

function request(number: number): ChangeRequest {
  const source = { source: "existing", number };
  return {
    number,
    kind: "switch",
    stack: "pre-simplification",
    from: "simplified",
    live: null,
    wanted: {
      stack: "pre-simplification",
      rolledBackPhases: [1, 2, 3],
      scenario: null,
      refs: { earlier: null, simplified: null, phases: {} },
      topology: topologyFor([1, 2, 3]),
      release: { commit: "c", tree: "t", contexts: { backend: "x" }, mounts: { ".env": "m" } },
      untracked: { ...source, contentId: "u" },
      volumes: { admin_postgres_data: { source: "backup:b", number } },
      images: { traefik: "traefik:v3.4" },
      ports: { http: 80, https: 443, dashboard: 8080 },
    },
    settings: {
      phaseRefs: {},
      rolledBackPhases: [],
      scenario: null,
      reason: "checkout failed",
    },
    adopts: null,
    outgoingEdge: null,
    verify: [],
    objectStoreImage: null,
    overwrites: ["admin_postgres_data"],
    backsUpFirst: false,
    bringsRelease: true,
    recordOnly: false,
  };
}
