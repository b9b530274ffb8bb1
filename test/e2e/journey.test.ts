import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Contents } from "../../demo/client";
import { verifyRollback } from "../../demo/verify";
import { imageId } from "../../host/docker/images";
import type { StackName } from "../../plan/application/topology";
import { assertTopology } from "../support/assert-topology";
import { recordNumbers } from "../support/records";
import { Scene } from "../support/scene";

describe("a full rollback and the way forward again, on real Docker, Pulumi, git and databases", function () {
  this.timeout("10m");
  let scene: Scene;
  let backedUp: Contents;
  let beforeRollback: Contents;

  before(async () => {
    scene = await Scene.open();
  });
  after(async () => {
    await scene.close();
  });

  it("brings the earlier topology up on empty volumes", async () => {
    await scene.up("pre-simplification");
    await assertTopology(scene, "pre-simplification");
  });

  it("switches to the simplified side, which gets the data of the earlier one", async () => {
    await scene.write(3);
    backedUp = await scene.client.contents();
    assert.equal(backedUp.vehicles.size, 3);
    assert.equal(backedUp.documents.size, 3);
    await scene.backUp("--with-images");
    await scene.up("simplified");
    await assertTopology(scene, "simplified");
    assert.deepEqual(await scene.client.contents(), backedUp);
  });

  it("previews volumes with their sources, git changes and containers", async () => {
    await scene.write(2);
    beforeRollback = await scene.client.contents();
    assert.equal(beforeRollback.vehicles.size, 5);
    const preview = await scene.preview("pre-simplification");
    assert.match(preview, /volume admin_postgres_data <- backup \S+/);
    assert.match(preview, /volume admin_minio_data <- backup \S+/);
    assert.match(preview, /left behind, kept on this host: mvp_postgres_data/);
    assert.match(preview, /git: \d+ files change/);
    assert.match(preview, /git: added backend\/src\/core\/(config|middleware)\/tenant\.ts/);
    assert.match(
      preview,
      /containers: 14 of "pre-simplification" start, 6 of the other side are removed/,
    );
  });

  it("rolls back: data equals the backup, release the tag, and nothing of the other side is left", async () => {
    await scene.up("pre-simplification");
    const { workspace, docker, client } = scene;
    const verified = await verifyRollback(workspace, docker, client, backedUp, 3);
    assert.deepEqual(
      verified.filter(({ ok }) => !ok),
      [],
    );
  });

  it("previews nothing after", async () => {
    const preview = await scene.preview("pre-simplification");
    assert.doesNotMatch(preview, /volume .* <- |git: |containers: /);
    assert.doesNotMatch(preview, /to (create|update|replace|delete)/);
  });

  it("goes forward again with the rows that were written before the rollback", async () => {
    await scene.up("simplified");
    await assertTopology(scene, "simplified");
    assert.deepEqual(await scene.client.contents(), beforeRollback);
  });

  it("rolls back without building or pulling when its images are gone and a backup has them", async () => {
    const removed = await removeUnusedImages(scene);
    assert.ok(removed.size > 0);
    const { output } = await scene.up("pre-simplification");
    for (const [name, id] of removed) {
      assert.match(output, new RegExp(`image ${name} <- backup \\d+-\\d+`));
      assert.equal(await imageId(scene.docker.docker, name), id, name);
    }
    assert.deepEqual(await builtBy(scene, "pre-simplification", [...removed.keys()]), []);
    assert.deepEqual(await scene.client.contents(), backedUp);
  });

  it("restores nothing again, though a newer backup exists", async () => {
    await scene.write(1);
    await scene.backUp();
    await assertNothingRestored(scene, () => scene.up("pre-simplification"));
  });

  it("restores nothing when the records are gone", async () => {
    await rm(join(scene.workspace.stateDirectory, "records"), { recursive: true });
    await assertNothingRestored(scene, () => scene.up("pre-simplification"));
    assert.equal((await recordNumbers(scene.workspace)).length, 1);
  });

  it("restores nothing when the stack's state is gone, and replaces the containers once, when it may", async () => {
    const contents = await scene.client.contents();
    const ids = await scene.containerIds();
    await scene.mustPulumi([
      "stack",
      "rm",
      "--force",
      "--yes",
      "--preserve-config",
      "pre-simplification",
    ]);
    await scene.mustPulumi(["stack", "init", "pre-simplification"]);
    const refused = await scene.tryUp("pre-simplification");
    assert.notEqual(refused.code, 0);
    assert.match(
      refused.output,
      /state of stack .* is new, and its names are those of 14 containers/,
    );
    assert.deepEqual(await scene.containerIds(), ids);
    assert.deepEqual(await scene.client.contents(), contents);
    await scene.configure("pre-simplification", { takeOver: true });
    await scene.up("pre-simplification");
    assert.deepEqual(await scene.client.contents(), contents);
    await assertTopology(scene, "pre-simplification");
    const replaced = await scene.containerIds();
    assert.deepEqual([...replaced.keys()].sort(), [...ids.keys()].sort());
    for (const [name, id] of replaced) assert.notEqual(id, ids.get(name), name);
    await assertNothingRestored(scene, () => scene.up("pre-simplification"));
  });

  it("restores the live side in place when asked to, once, and replaces no container", async () => {
    const id = await scene.backUp();
    const contents = await scene.client.contents();
    const ids = await scene.containerIds();
    await scene.write(1);
    await scene.configure("pre-simplification", { restore: id });
    await scene.up("pre-simplification");
    assert.deepEqual(await scene.client.contents(), contents);
    assert.deepEqual(await scene.containerIds(), ids);
    await scene.write(1);
    await assertNothingRestored(scene, () => scene.up("pre-simplification"));
  });
});

/** Removes the images of the side that is not live, as `docker image prune --all` does; their ids by their names. */
async function removeUnusedImages(scene: Scene): Promise<Map<string, string>> {
  const { docker } = scene.docker;
  const own = new Set((await scene.containerIds()).values());
  const containers = (await docker.listContainers({ all: true })).filter(({ Id }) => own.has(Id));
  const used = new Set(containers.map(({ ImageID }) => ImageID));
  const removed = new Map<string, string>();
  for (const { Id, RepoTags } of await docker.listImages()) {
    if (used.has(Id)) continue;
    for (const name of RepoTags ?? []) {
      if (!name.startsWith(scene.workspace.namePrefix) || name.includes("issuer")) continue;
      await docker.getImage(name).remove();
      removed.set(name, Id);
    }
  }
  return removed;
}

/** Those of the images that Pulumi has built for a stack, as its state tells. */
async function builtBy(
  scene: Scene,
  stack: StackName,
  names: readonly string[],
): Promise<string[]> {
  const { stdout } = await scene.mustPulumi(["stack", "export", "--stack", stack]);
  const { deployment } = JSON.parse(stdout) as {
    deployment: { resources: { type: string; inputs?: { name?: string; build?: object } }[] };
  };
  const images = deployment.resources.filter(({ type }) => type.endsWith(":RemoteImage"));
  const found = images.map(({ inputs }) => ({ name: inputs?.name ?? "", build: inputs?.build }));
  const named = found.filter(({ name }) => names.includes(name));
  assert.equal(named.length, names.length);
  return named.filter(({ build }) => build !== undefined).map(({ name }) => name);
}

/** A run that must leave everything as it is: rows, documents, and every container's id. */
async function assertNothingRestored(scene: Scene, run: () => Promise<unknown>): Promise<void> {
  const contents = await scene.client.contents();
  const ids = await scene.containerIds();
  await run();
  assert.deepEqual(await scene.client.contents(), contents);
  assert.deepEqual(await scene.containerIds(), ids);
}
