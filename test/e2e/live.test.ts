import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Contents } from "../../demo/client";
import type { Finished } from "../../demo/processes";
import { HELPER_LABEL } from "../../host/docker/helper";
import type { StackName } from "../../plan/application/topology";
import { assertTopology } from "../support/assert-topology";
import { killUpAt, type Moment, momentOf } from "../support/interrupt";
import { readChange, readResult, readSteps } from "../support/records";
import { Scene } from "../support/scene";
import { Writer } from "../support/writer";

const SEEDED = "volume-mvp_postgres_data";

describe("a switch that syncs the live side's data, while somebody writes all the time", function () {
  this.timeout("10m");
  let scene: Scene;
  let writer: Writer;

  before(async () => {
    scene = await Scene.open();
    await scene.up("pre-simplification");
    writer = new Writer(scene.client);
  });
  after(async () => {
    await writer.stop();
    await scene.close();
  });

  it("serves on the old side again when something cannot be synced, and loses nothing", async () => {
    writer.start();
    const run = scene.startUp("simplified");
    await momentOf(once(scene, 2, SEEDED), "the volume to be seeded");
    const blocker = await scene.holdVolume("mvp_postgres_data");
    const { code, output } = await run.finished;
    await blocker.remove({ force: true });
    assert.notEqual(code, 0);
    assert.match(
      output,
      /the old one serves again: .*volume "mvp_postgres_data".* has to be quiet/s,
    );
    await writer.stop();
    const { state, cutOver } = (await readChange(scene.workspace, 2)) ?? {};
    assert.deepEqual({ state, cutOver }, { state: "open", cutOver: false });
    assertHeld(await scene.client.contents(), writer.acknowledged);
  });

  it("forward: every acknowledged row and document is there, and the record proves it equal", async () => {
    await switchWhileWriting(writer, () => scene.up("simplified"));
    await assertSwitched(scene, writer, "simplified");
    await assertProven(scene, 2, [
      "mvp_postgres_data <- admin_postgres_data: entries",
      "mvp_redis_data <- admin_redis_data: entries",
      "data/documents <- admin_minio_data: documents",
    ]);
  });

  it("back with dataSource live, killed during the downtime: the same run ends right", async () => {
    await scene.configure("pre-simplification", { dataSource: "live", acceptSchema: true });
    const preview = await scene.preview("pre-simplification");
    assert.match(preview, /volume admin_postgres_data <- synced from the live side's mvp_postgres/);
    assert.match(preview, /downtime: nobody is served while .* \(3 volumes\)/);
    await switchWhileWriting(writer, async () => {
      await killUpAt(scene, "pre-simplification", whileSyncing(scene));
      // Whatever a sync that was cut off has left there.
      await scene.onVolume("admin_postgres_data", "rm /volume/global/pg_control");
      await scene.mustPulumi(["cancel", "--yes", "--stack", "pre-simplification"]);
      return scene.up("pre-simplification");
    });
    await assertSwitched(scene, writer, "pre-simplification");
    await assertProven(scene, 3, [
      "admin_postgres_data <- mvp_postgres_data: entries",
      "admin_redis_data <- mvp_redis_data: entries",
      "admin_minio_data <- data/documents: documents",
    ]);
  });

  it("syncs nothing again", async () => {
    const before = await scene.client.contents();
    await scene.up("pre-simplification");
    assert.deepEqual(await scene.client.contents(), before);
  });
});

async function switchWhileWriting(writer: Writer, run: () => Promise<Finished>): Promise<void> {
  writer.start();
  const { output } = await run();
  await writer.stop();
  console.log(`      ${writer.summary}`);
  for (const line of new Set(output.match(/downtime: .* after \d+ ms/g)))
    console.log(`      ${line}`);
}

async function assertSwitched(scene: Scene, writer: Writer, stack: StackName): Promise<void> {
  assertHeld(await scene.client.contents(), writer.acknowledged);
  await assertTopology(scene, stack);
}

/** Once the volume is seeded; the switch, which needs it quiet, comes later. */
function once(scene: Scene, number: number, step: string): Moment {
  return async () => {
    const found = (await readSteps(scene.workspace, number)).get(step);
    return (found !== undefined && found.finishedAt !== null) || `step "${step}" has not ended`;
  };
}

/** While a helper of this scene writes one volume from another. */
function whileSyncing(scene: Scene): Moment {
  return async () => {
    const helpers = await scene.docker.docker.listContainers({
      filters: { label: [`${HELPER_LABEL}=sync`] },
    });
    const own = helpers.some(({ Mounts }) =>
      Mounts.some(({ Name }) => Name === `${scene.workspace.namePrefix}admin_postgres_data`),
    );
    return own || "nothing is synced";
  };
}

/** Rows that were written but not acknowledged may be there too. */
function assertHeld(found: Contents, acknowledged: Contents): void {
  assert.ok(acknowledged.vehicles.size > 0 && acknowledged.documents.size > 0);
  for (const kind of ["vehicles", "documents"] as const) {
    const lost = [...acknowledged[kind]].filter(([id, value]) => found[kind].get(id) !== value);
    assert.deepEqual(lost, [], `${lost.length} of ${acknowledged[kind].size} ${kind} are lost`);
  }
}

interface SwitchResult {
  readonly downtimeMs: number;
  readonly synced: readonly {
    readonly from: string;
    readonly to: string;
    readonly equal: string;
    readonly files: number;
    readonly sha256: string;
  }[];
}

async function assertProven(scene: Scene, number: number, pairs: readonly string[]): Promise<void> {
  const { downtimeMs, synced } = await readResult<SwitchResult>(scene.workspace, number, "switch");
  console.log(`      downtime: ${downtimeMs} ms`);
  assert.ok(downtimeMs > 0);
  assert.deepEqual(
    synced.map(({ from, to, equal }) => `${to} <- ${from}: ${equal}`),
    pairs,
  );
  const log = await readFile(
    join(scene.workspace.repository, "docs/redesign/ROLLBACK-LOG.md"),
    "utf8",
  );
  assert.match(log, new RegExp(`^- Downtime: no edge served for ${downtimeMs} ms$`, "m"));
  for (const { from, to, files, sha256 } of synced) {
    assert.ok(files > 0, to);
    assert.match(log, new RegExp(`${to} and ${from}, ${files} files, .* sha256 ${sha256}`));
  }
}
