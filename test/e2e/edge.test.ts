import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EDGE_NAMES } from "../support/application";
import { assertTopology } from "../support/assert-topology";
import { readChange, recordNumbers } from "../support/records";
import { Scene } from "../support/scene";

const STACK = "pre-simplification";

describe("the edge of the live side", function () {
  this.timeout("15m");
  let scene: Scene;
  let edge: string;

  before(async () => {
    scene = await Scene.open();
    edge = `${scene.workspace.namePrefix}${EDGE_NAMES[STACK]}`;
    await scene.up(STACK);
  });
  after(async () => {
    await scene.close();
  });

  it("is replaced alone when its image changes, and serves again", async () => {
    const before = await scene.containerIds();
    const image = await otherEdgeImage(scene);
    const images = { ...scene.workspace.environment.images, traefik: image };
    await scene.configure(STACK, { images });
    await scene.up(STACK);

    const container = await scene.docker.docker.getContainer(edge).inspect();
    assert.equal(container.Image, (await scene.docker.docker.getImage(image).inspect()).Id);
    assert.deepEqual(replaced(before, await scene.containerIds()), [edge]);
    await assertServes(scene);
    assert.deepEqual(await recordNumbers(scene.workspace), [1, 2]);
    await assertDone(scene, 2, "inPlace");
  });

  it("is started again when somebody stopped it, and no container is replaced", async () => {
    const before = await scene.containerIds();
    await scene.docker.docker.getContainer(edge).stop();
    await assert.rejects(scene.client.status("/api/health"));
    await scene.up(STACK);

    assert.deepEqual(await scene.containerIds(), before);
    await assertServes(scene);
    assert.deepEqual(await recordNumbers(scene.workspace), [1, 2, 3]);
    await assertDone(scene, 3, "repair");
  });
});

/** The same edge under another content id, and so another image. */
async function otherEdgeImage(scene: Scene): Promise<string> {
  const { folder, namePrefix, environment } = scene.workspace;
  const context = join(folder, "other-edge");
  await mkdir(context);
  await writeFile(
    join(context, "Dockerfile"),
    `FROM ${environment.images.traefik}\nLABEL other=1\n`,
  );
  const name = `${namePrefix}other-edge:1`;
  await scene.docker.build(name, { context, src: ["Dockerfile"] });
  return name;
}

function replaced(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
  return [...after].filter(([name, id]) => before.get(name) !== id).map(([name]) => name);
}

async function assertServes(scene: Scene): Promise<void> {
  await assertTopology(scene, STACK);
  for (const path of ["/api/health", "/", "/landing", "/api/platform/makes"]) {
    assert.equal(await scene.client.status(path), 200, path);
  }
}

async function assertDone(scene: Scene, number: number, kind: string): Promise<void> {
  const change = await readChange(scene.workspace, number);
  assert.deepEqual({ state: change?.state, kind: change?.request.kind }, { state: "done", kind });
}
