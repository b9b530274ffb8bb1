import assert from "node:assert/strict";
import { topologyFor } from "../../plan/topologies";
import type { Scene } from "./scene";

/** Exactly the containers and networks of the topology that these phases make, all containers running. */
export async function assertPhases(scene: Scene, phases: readonly number[]): Promise<void> {
  const { services, networks } = topologyFor(phases);
  const { namePrefix } = scene.workspace;
  const own = (names: readonly string[]) =>
    names
      .filter((name) => name.startsWith(namePrefix) && name !== `${namePrefix}issuer`)
      .map((name) => name.slice(namePrefix.length))
      .sort();
  const containers = await scene.docker.docker.listContainers();
  assert.deepEqual(
    own(containers.flatMap(({ Names }) => Names.map((name) => name.slice(1)))),
    services.map(({ name }) => name).sort(),
  );
  const found = await scene.docker.docker.listNetworks();
  assert.deepEqual(own(found.map(({ Name }) => Name)), networks.map(({ name }) => name).sort());
}
