import assert from "node:assert/strict";
import { checkSettingsOf, topologyFor, topologyOfStack } from "../support/application";
import { readNotes } from "../../change/sync/notes";
import { PREVIOUS_SUFFIX } from "../../host/docker/containers";
import { issuerUrl } from "../../demo/workspace";
import type { Acknowledged } from "../support/acknowledged";
import { assertHost } from "../support/assert-topology";
import { killUpAt, type Moment } from "../support/interrupt";
import { readChange, recordNumbers } from "../support/records";
import type { Scene } from "../support/scene";
import { openSwitchedScene } from "../support/switched-scene";

describe("a host with phases rolled back, while a run is killed", function () {
  this.timeout("10m");
  let scene: Scene;
  let written: Acknowledged;

  before(async () => {
    ({ scene, written } = await openSwitchedScene());
    await written.write();
  });
  after(async () => {
    await scene.close();
  });

  it("ends right when a change that was killed while it synced in place is run again", async () => {
    await scene.configure("simplified", { phase7: true, phase8: true, acceptSchema: true });
    await killUpAt(scene, "simplified", whileSyncingInPlace(scene, 3));
    await scene.mustPulumi(["cancel", "--yes", "--stack", "simplified"]);
    await scene.up("simplified");
    assert.deepEqual(await recordNumbers(scene.workspace), [1, 2, 3]);
    assert.equal((await readChange(scene.workspace, 3))?.state, "done");
    await assertHost(scene, topologyFor([7, 8]));
    await written.assertThere();
    await written.write();
  });

  it("serves again as it was when a switch that it was parked for was killed and is aborted", async () => {
    const ids = await scene.containerIds();
    await killedWhileMakingWay(scene);
    const { code, output } = await scene.rollback(["abort"]);
    assert.equal(code, 0, output);
    assert.match(output, /live side: simplified; what was parked runs again/);
    assert.deepEqual(await scene.containerIds(), ids);
    await assertHost(scene, topologyFor([7, 8]));
    await written.assertThere();
    await written.write();
  });

  it("is parked for a switch that is killed then, and the same run finishes it with everything", async () => {
    await scene.mustPulumi(["cancel", "--yes", "--stack", "pre-simplification"]);
    const number = await killedWhileMakingWay(scene);
    await scene.mustPulumi(["cancel", "--yes", "--stack", "pre-simplification"]);
    await scene.up("pre-simplification");
    assert.equal((await recordNumbers(scene.workspace)).at(-1), number);
    assert.equal((await readChange(scene.workspace, number))?.state, "done");
    await assertHost(scene, topologyOfStack("pre-simplification"));
    await written.assertThere();
    await written.write();
  });

  it("serves on the new side, and says so, when gates fail that nothing could go back from", async () => {
    await scene.configure("pre-simplification", { phase1: false, acceptSchema: true });
    await scene.up("pre-simplification");
    const checks = {
      ...checkSettingsOf(issuerUrl(scene.workspace.ports)),
      // Only the earlier backend has it.
      api: [{ path: "/api/tenants", token: true }],
      deadlines: { "phase-10-api": 2 },
    };
    const settings = { dataSource: "live", acceptSchema: true, checks };
    await scene.configure("simplified", settings);
    const { code, output } = await scene.tryUp("simplified");
    assert.notEqual(code, 0);
    assert.match(output, /is done and "simplified" serves, but 1 gate failed/);
    assert.match(output, /was parked .*: the way back is pulumi up --stack pre-simplification/);
    await assertHost(scene, topologyFor([]));
    await written.assertThere();
    const number = (await recordNumbers(scene.workspace)).at(-1) ?? 0;
    assert.equal((await readChange(scene.workspace, number))?.state, "done");
  });
});

/** In the downtime: the writers stand still, and nothing is proven yet. */
function whileSyncingInPlace(scene: Scene, number: number): Moment {
  return async () => {
    const { openedAt, synced } = await readNotes(scene.context, number);
    return (openedAt !== null && synced === null) || "the downtime is not open";
  };
}

/** Kills a switch to the earlier side as soon as a container was parked; returns the change's number. */
async function killedWhileMakingWay(scene: Scene): Promise<number> {
  await scene.configure("pre-simplification", { dataSource: "live", acceptSchema: true });
  await killUpAt(scene, "pre-simplification", async () => {
    const names = [...(await scene.containerIds()).keys()];
    return names.some((name) => name.includes(PREVIOUS_SUFFIX)) || "nothing was parked";
  });
  const number = (await recordNumbers(scene.workspace)).at(-1) ?? 0;
  assert.equal((await readChange(scene.workspace, number))?.state, "open");
  return number;
}
