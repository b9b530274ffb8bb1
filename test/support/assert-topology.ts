import assert from "node:assert/strict";
import { verifyTopology } from "../../demo/verify";
import { healthNow, isWell } from "../../host/docker/health";
import { waitFor } from "../../host/docker/wait";
import type { Service, StackName, Topology } from "../../plan/application/topology";
import type { Scene } from "./scene";

const HEALTHY_WITHIN_MS = 60_000;

/** Exactly that side's containers, healthy, and its networks; nothing of the other side. */
export async function assertTopology(scene: Scene, stack: StackName): Promise<void> {
  const verified = await verifyTopology(scene.workspace, scene.docker, stack);
  assert.deepEqual(
    verified.filter(({ ok }) => !ok),
    [],
  );
}

/** What a container has of the topology. */
interface Place {
  readonly name: string;
  readonly networks: readonly string[];
  /** Volumes, and folders of the repository that it writes. */
  readonly volumes: readonly string[];
}

/** Exactly the topology's networks and containers, each where it belongs and soon healthy, whatever the scene had before, and so set it apart. */
export async function assertHost(scene: Scene, topology: Topology): Promise<void> {
  const networks = (await scene.docker.networks()).map((name) => bareName(scene, name));
  assert.deepEqual(networks.sort(), topology.networks.map(({ dockerName }) => dockerName).sort());
  const places = topology.services.map((service) => placeOf(service, topology));
  assert.deepEqual(await placesOn(scene), places.sort(byName));
  await waitFor(
    async () => {
      const ill = await unhealthy(scene);
      return ill.length === 0
        ? { done: true, value: null }
        : { done: false, state: ill.join(", ") };
    },
    { deadlineMs: HEALTHY_WITHIN_MS, message: "every container to be healthy" },
  );
}

/** No database has ever started from what another one had still in use, or was ended without its knowledge. */
export async function assertDatabasesWhole(scene: Scene): Promise<void> {
  for (const [name, id] of await scene.containerIds()) {
    if (!/-(postgres|db)$/.test(name)) continue;
    const container = scene.docker.docker.getContainer(id);
    const log = (await container.logs({ stdout: true, stderr: true })).toString("latin1");
    assert.doesNotMatch(log, /was not properly shut down|lock file .* is invalid/, name);
  }
}

function placeOf({ name, networks, volumes }: Service, topology: Topology): Place {
  const own = new Set(networks.map((use) => use.name));
  const attached = topology.networks.filter((network) => own.has(network.name));
  return {
    name,
    networks: attached.map(({ dockerName }) => dockerName).sort(),
    volumes: volumes.map(({ volume }) => volume).sort(),
  };
}

async function placesOn(scene: Scene): Promise<readonly Place[]> {
  const { repository } = scene.workspace;
  const own = (name: string) => bareName(scene, name);
  const places = (await inspectAll(scene)).map(({ Name, NetworkSettings, Mounts }) => ({
    name: own(Name.slice(1)),
    networks: Object.keys(NetworkSettings.Networks).map(own).sort(),
    volumes: Mounts.flatMap(({ Type, Name: volume, Source, RW }) => {
      if (Type === "volume") return [own(volume ?? "")];
      return RW ? [Source.slice(repository.length + 1)] : [];
    }).sort(),
  }));
  return places.sort(byName);
}

/** As its Compose file has it: without the prefix, and without what sets it apart from the other side's. */
function bareName({ workspace }: Scene, name: string): string {
  return name.slice(workspace.namePrefix.length).replace(/-(pre-simplification|simplified)$/, "");
}

async function unhealthy(scene: Scene): Promise<readonly string[]> {
  const found = await Promise.all(
    (await inspectAll(scene)).map(async (info) => {
      const { Running, Status } = info.State;
      const health = await healthNow(scene.docker.docker, info);
      return Running && isWell(health) ? [] : [`${info.Name} is ${Status}, ${health}`];
    }),
  );
  return found.flat();
}

async function inspectAll(scene: Scene) {
  const ids = [...(await scene.containerIds()).values()];
  return Promise.all(ids.map((id) => scene.docker.docker.getContainer(id).inspect()));
}

function byName(one: Place, other: Place): number {
  return one.name < other.name ? -1 : 1;
}
