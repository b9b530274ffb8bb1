import assert from "node:assert/strict";
import { verifyTopology } from "../../demo/verify";
import type { StackName } from "../../plan/topology";
import type { Scene } from "./scene";

/** Exactly that side's containers, healthy, and its networks; nothing of the other side. */
export async function assertTopology(scene: Scene, stack: StackName): Promise<void> {
  const verified = await verifyTopology(scene.workspace, scene.docker, stack);
  assert.deepEqual(
    verified.filter(({ ok }) => !ok),
    [],
  );
}
