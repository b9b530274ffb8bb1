import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EDGE_NAMES, topologyOfStack } from "../support/application";
import type { Contents } from "../../demo/client";
import type { StackName } from "../../plan/application/topology";
import { assertTopology } from "../support/assert-topology";
import { killUpAt, onceCutOver, volumeSteps, whileRestoring } from "../support/interrupt";
import { assertRefused } from "../support/refusal";
import { readChange, recordNumbers, type Step } from "../support/records";
import { Scene } from "../support/scene";

/** So that the archive of the documents takes longest, whatever the machine. */
const LARGE_DOCUMENT = 40 * 1024 * 1024;

describe("a run that is killed", function () {
  this.timeout("15m");
  let scene: Scene;
  let backedUp: Contents;
  let live: Contents;

  before(async () => {
    scene = await Scene.open();
    await scene.up("pre-simplification");
    await scene.write(2);
    await scene.client.addDocument(randomBytes(LARGE_DOCUMENT));
    backedUp = await scene.client.contents();
    await scene.backUp();
    await scene.up("simplified");
    await scene.write(1);
    live = await scene.client.contents();
  });
  after(async () => {
    await scene.close();
  });

  it("in the middle of the restores leaves the live side serving, and only the two ways on", async () => {
    const ids = await scene.containerIds();
    await killUpAt(scene, "pre-simplification", whileRestoring(scene, 3));
    assertInTheMiddle(await volumeSteps(scene, 3));
    assert.deepEqual(await scene.client.contents(), live);

    assertRefused(await scene.tryUp("simplified"), {
      attempt: 'update "simplified"',
      lines: [
        'change 3: to "pre-simplification" is not finished, and this run asks for something else',
        "finish it with the settings it was begun with: pulumi up --stack pre-simplification",
        "or abort it (only before its cutover): rollback abort",
      ],
    });
    assert.deepEqual(await scene.client.contents(), live);
    for (const [name, id] of ids) assert.equal((await scene.containerIds()).get(name), id, name);
  });

  it("can be aborted: nothing staged is left, and the live side goes on serving", async () => {
    const { code, output } = await scene.rollback(["abort"]);
    assert.equal(code, 0, output);
    assert.match(output, /aborted change 3 to pre-simplification/);
    assert.equal((await readChange(scene.workspace, 3))?.state, "aborted");
    await assertTopology(scene, "simplified");
    assert.deepEqual(await usersOfVolumes(scene, "pre-simplification"), []);
    assert.deepEqual(await scene.client.contents(), live);
  });

  it("is continued under its number, and what was restored is not restored again", async () => {
    await scene.mustPulumi(["cancel", "--yes", "--stack", "pre-simplification"]);
    await killUpAt(scene, "pre-simplification", whileRestoring(scene, 4));
    const interrupted = await volumeSteps(scene, 4);
    assertInTheMiddle(interrupted);

    await finish(scene, "pre-simplification");
    assert.deepEqual(await recordNumbers(scene.workspace), [1, 2, 3, 4]);
    assert.equal((await readChange(scene.workspace, 4))?.state, "done");
    const finished = await volumeSteps(scene, 4);
    assert.deepEqual(
      finished.filter(({ step }) => done(interrupted).some((before) => before.step === step)),
      done(interrupted),
    );
    assert.equal(done(finished).length, topologyOfStack("pre-simplification").volumes.length);
    assert.deepEqual(await scene.client.contents(), backedUp);
    await assertTopology(scene, "pre-simplification");
    assert.equal(await logEntries(scene, 4), 1);
  });

  it("after the cutover is finished and not aborted: what was written meanwhile stays", async () => {
    await scene.write(1);
    await scene.configure("simplified", { dataSource: "backup" });
    await killUpAt(scene, "simplified", onceCutOver(scene, 5, EDGE_NAMES.simplified));
    const { state, cutOver } = (await readChange(scene.workspace, 5)) ?? {};
    assert.deepEqual({ state, cutOver }, { state: "open", cutOver: true });
    const interrupted = await volumeSteps(scene, 5);
    assert.deepEqual(done(interrupted), interrupted);
    const { id, vin } = await scene.client.addVehicle("Toyota");

    assertRefused(await scene.rollback(["abort"]), {
      attempt: "abort the open change",
      lines: [
        "change 5: has cut over already",
        "finish it: pulumi up --stack simplified",
        "then go back, if wanted, with the other stack",
      ],
    });

    await finish(scene, "simplified");
    assert.deepEqual(await recordNumbers(scene.workspace), [1, 2, 3, 4, 5]);
    assert.equal((await readChange(scene.workspace, 5))?.state, "done");
    assert.deepEqual(await volumeSteps(scene, 5), interrupted);
    assert.deepEqual(await scene.client.contents(), {
      vehicles: new Map([...backedUp.vehicles, [String(id), vin]]),
      documents: backedUp.documents,
    });
    await assertTopology(scene, "simplified");
    assert.equal(await logEntries(scene, 5), 1);
  });
});

/** What a person does after a power loss: frees the stack and says the same again. */
async function finish(scene: Scene, stack: StackName): Promise<void> {
  await scene.mustPulumi(["cancel", "--yes", "--stack", stack]);
  await scene.up(stack);
}

function assertInTheMiddle(steps: readonly Step[]): void {
  const finished = done(steps).length;
  assert.ok(
    finished > 0 && finished < steps.length,
    `killed too early or too late: ${finished} of ${steps.length} restores were finished`,
  );
}

function done(steps: readonly Step[]): Step[] {
  return steps.filter(({ finishedAt }) => finishedAt !== null);
}

/** Containers, helpers among them, that have one of this side's volumes. */
async function usersOfVolumes(scene: Scene, stack: StackName): Promise<string[]> {
  const volumes = topologyOfStack(stack).volumes;
  const names = new Set(volumes.map(({ name }) => `${scene.workspace.namePrefix}${name}`));
  const containers = await scene.docker.docker.listContainers({ all: true });
  return containers
    .filter(({ Mounts }) => Mounts.some(({ Name }) => Name !== undefined && names.has(Name)))
    .flatMap(({ Names }) => Names);
}

async function logEntries(scene: Scene, number: number): Promise<number> {
  const file = join(scene.workspace.repository, "docs/redesign/ROLLBACK-LOG.md");
  const log = await readFile(file, "utf8");
  return log.split("\n").filter((line) => line.startsWith(`## Change ${number}:`)).length;
}
