import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { checkSettingsOf, DESCRIPTION_FILE, EDGE_NAMES } from "../support/application";
import type { Contents } from "../../demo/client";
import type { Finished } from "../../demo/processes";
import { freePorts } from "../../demo/ports";
import { issuerUrl } from "../../demo/workspace";
import { waitFor } from "../../host/docker/wait";
import { STACK_NAMES, type StackName } from "../../plan/application/topology";
import { assertTopology } from "../support/assert-topology";
import { killUpAt, onceCutOver } from "../support/interrupt";
import { logEntry, readChange, readChecks, recordNumbers } from "../support/records";
import { assertRefused } from "../support/refusal";
import { commitCompose } from "../support/commit-compose";
import { Scene } from "../support/scene";
import { smallApplication } from "../support/small-application";
import { takeSnapshot } from "../support/snapshot";

/** A page that only the earlier side has. */
const EARLIER_PAGE = [{ path: "/landing", contains: "every tenant's garage" }];

/** A file that only the simplified side's backend has. */
const SIMPLIFIED_FILE = ["test", "-f", "/app/src/core/storage/filesystem-storage.ts"];

describe("a change whose gates fail", function () {
  this.timeout("15m");
  let scene: Scene;
  let written: Contents;

  before(async () => {
    scene = await Scene.open(smallApplication);
    await scene.up("pre-simplification");
    await scene.write(1);
    written = await scene.client.contents();
  });
  after(async () => {
    await scene.close();
  });

  const configure = async (stack: StackName, checks: object, more: object = {}) => {
    const all = { ...checkSettingsOf(issuerUrl(scene.workspace.ports)), ...checks };
    await scene.configure(stack, { checks: all, ...more });
  };

  it("is not begun where a check could not be made: nothing is touched", async () => {
    const untouched = await takeSnapshot(scene);
    const description = parseDocument(await readFile(DESCRIPTION_FILE, "utf8"));
    description.deleteIn(["checks", "vin"]);
    const application = join(scene.workspace.folder, "without-vin.yaml");
    await writeFile(application, description.toString());
    for (const stack of STACK_NAMES) await scene.configure(stack, { application });
    assertRefused(await scene.tryUp("simplified"), {
      attempt: 'switch to "simplified"',
      lines: [
        'config "checks.vin": is missing, and phase-8-vin-decode needs it',
        'add "vin" to "checks" of the application\'s description, or to config checks',
      ],
    });
    assert.deepEqual(await takeSnapshot(scene), untouched);
    await scene.configure("pre-simplification", {});
  });

  it("through the new edge goes back to the old one, which serves what it served, and is closed", async () => {
    const edge = await edgeOf(scene, "pre-simplification");
    await configure("simplified", {
      platformApi: EARLIER_PAGE,
      deadlines: { "phase-8-endpoints": 2 },
    });
    const finished = await scene.tryUp("simplified");
    assertFailed(finished, [
      'change 2 failed back: 1 gate failed on the new side; its edge is stopped, "pre-simplification" serves again',
      'phase-8-endpoints failed (phase 8, "API endpoints work"): expected /landing 200 with "every tenant\'s garage"; found',
    ]);
    assert.deepEqual(await scene.client.contents(), written);
    assert.equal((await edgeOf(scene, "pre-simplification")).Id, edge.Id);
    await healthyAgain(scene, "pre-simplification");
    assert.deepEqual(await stateOf(scene, 2), { state: "failedBack", cutOver: false });
    const entry = await logEntry(scene.workspace, 2);
    assert.match(entry, /^## Change 2: pre-simplification to simplified, not reached$/m);
    assert.match(entry, /^- Failed back: "pre-simplification" serves again$/m);
    assert.match(entry, /^- Check phase-8-endpoints failed .* \(gate\)$/m);
    const name = "phase-8-endpoints";
    assert.equal((await readChecks(scene.workspace, 2, "checks-before.json")).get(name), "passed");
    assert.equal((await readChecks(scene.workspace, 2, "checks.json")).get(name), "failed");
  });

  it("stays where that failure is accepted, under a new number, and the log tells", async () => {
    const accept = ["phase-8-endpoints"];
    const checks = { platformApi: EARLIER_PAGE, deadlines: { "phase-8-endpoints": 2 } };
    await configure("simplified", checks, { accept });
    await scene.up("simplified");
    assert.deepEqual(await scene.client.contents(), written);
    await assertTopology(scene, "simplified");
    assert.deepEqual(await stateOf(scene, 3), { state: "done", cutOver: true });
    const entry = await logEntry(scene.workspace, 3);
    assert.match(entry, /^- Validation: \d+ of \d+ checks passed, 2 left to a person$/m);
    assert.match(entry, /^- Check phase-8-endpoints failed .* \(gate, accepted\)$/m);
  });

  it("inside the staged side leaves the live one untouched, and goes on once they are accepted", async () => {
    const edge = await edgeOf(scene, "simplified");
    await configure("pre-simplification", { tests: { backend: SIMPLIFIED_FILE } });
    assertFailed(await scene.tryUp("pre-simplification"), [
      'change 4 stays open: 1 gate failed on the staged side; "simplified" serves as before and was not touched',
      'full-tests failed (full rollback, "All tests passing")',
    ]);
    assert.equal((await edgeOf(scene, "simplified")).State.StartedAt, edge.State.StartedAt);
    assert.deepEqual(await stateOf(scene, 4), { state: "open", cutOver: false });

    const accept = ["full-tests"];
    await configure("pre-simplification", { tests: { backend: SIMPLIFIED_FILE } }, { accept });
    await scene.up("pre-simplification");
    assert.deepEqual(await stateOf(scene, 4), { state: "done", cutOver: true });
    assert.deepEqual(await recordNumbers(scene.workspace), [1, 2, 3, 4]);
  });

  it("in place are told, and the same run validates again without a change", async () => {
    const [dashboard = 0] = await freePorts(1);
    const { tag } = scene.workspace.application;
    const preRef = await commitCompose(scene, tag, [["${DASHBOARD_PORT:-8080}:", `${dashboard}:`]]);
    const more = { preRef };
    await configure("pre-simplification", { tests: { backend: SIMPLIFIED_FILE } }, more);
    const failed = await scene.tryUp("pre-simplification");
    assertFailed(failed, [
      'change 5 is done and "pre-simplification" serves, but 1 gate failed',
      "a change in place has no way back of its own: set what you changed to what it was, then pulumi up",
    ]);
    assert.deepEqual(await stateOf(scene, 5), { state: "done", cutOver: false });
    await assertTopology(scene, "pre-simplification");

    await configure("pre-simplification", {}, more);
    await scene.up("pre-simplification");
    assert.deepEqual(await recordNumbers(scene.workspace), [1, 2, 3, 4, 5]);
  });

  it("in a run that goes on after the edge had moved do not take back what was written meanwhile", async () => {
    const checks = { platformApi: EARLIER_PAGE, deadlines: { "phase-8-endpoints": 2 } };
    await configure("simplified", checks);
    await killUpAt(scene, "simplified", onceCutOver(scene, 6, EDGE_NAMES.simplified));
    const { id, vin } = await scene.client.addVehicle("Toyota");
    await scene.mustPulumi(["cancel", "--yes", "--stack", "simplified"]);
    assertFailed(await scene.tryUp("simplified"), [
      'change 6 is done and "simplified" serves, but 1 gate failed',
      "the way back is pulumi up --stack pre-simplification",
    ]);
    assert.equal((await scene.client.contents()).vehicles.get(String(id)), vin);
    await assertTopology(scene, "simplified");
    assert.deepEqual(await stateOf(scene, 6), { state: "done", cutOver: true });
  });
});

function assertFailed({ code, output }: Finished, lines: readonly string[]): void {
  assert.notEqual(code, 0, `it should have failed:\n${output}`);
  for (const line of lines) assert.ok(output.includes(line), `"${line}" is not in:\n${output}`);
}

/** The cutover had stopped the old side's services: Docker's next look at their health may still be to come. */
async function healthyAgain(scene: Scene, stack: StackName): Promise<void> {
  await waitFor(
    () =>
      assertTopology(scene, stack).then(
        () => ({ done: true as const, value: null }),
        (error: unknown) => ({ done: false as const, state: String(error) }),
      ),
    { deadlineMs: 60_000, intervalMs: 500, message: `${stack} to be healthy again` },
  );
}

async function edgeOf(scene: Scene, stack: StackName) {
  const name = `${scene.workspace.namePrefix}${EDGE_NAMES[stack]}`;
  return scene.docker.docker.getContainer(name).inspect();
}

async function stateOf(scene: Scene, number: number) {
  const change = await readChange(scene.workspace, number);
  return { state: change?.state, cutOver: change?.cutOver };
}
