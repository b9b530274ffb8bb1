import { join } from "node:path";
import type Docker from "dockerode";
import type { Topology } from "../plan/application/topology";
import type { HostContext } from "../host/context";
import { containerOf } from "../host/docker/containers";
import { withoutValues } from "../host/docker/without-values";
import { gone } from "../host/docker/statuses";
import { makePrivateFolder, writeDurably } from "../host/durable-file";

const CONTAINERS = "state/containers.json";
const NETWORKS = "state/networks.json";
const OVERVIEW = "state/containers.txt";

/**
 * Writes down which containers and networks the topology had when the backup was made (document: pre-execution backup, step 4),
 * without values that may be secret. Returns the files, relative to the backup.
 */
export async function writeHostState(
  context: HostContext,
  topology: Topology,
  folder: string,
): Promise<string[]> {
  const containers = await present(
    topology.services.map((service) => containerOf(context, service).inspect()),
  );
  const networks = await present(
    topology.networks.map(({ dockerName: name }) => context.docker.getNetwork(name).inspect()),
  );
  await makePrivateFolder(join(folder, "state"));
  await writeJson(join(folder, CONTAINERS), containers.map(withoutValues));
  await writeJson(join(folder, NETWORKS), networks);
  await writeDurably(join(folder, OVERVIEW), containers.map(overviewLine).join(""));
  return [CONTAINERS, NETWORKS, OVERVIEW];
}

async function present<T>(inspections: readonly Promise<T>[]): Promise<T[]> {
  const found = await Promise.all(inspections.map((inspection) => inspection.catch(gone)));
  return found.filter((info) => info !== null);
}

function overviewLine(info: Docker.ContainerInspectInfo): string {
  const { Status, Health } = info.State;
  const networks = Object.keys(info.NetworkSettings.Networks).join(",");
  const columns = [info.Name.replace(/^\//, ""), Status, Health?.Status ?? "-", info.Config.Image];
  return `${[...columns, networks].join("\t")}\n`;
}

async function writeJson(file: string, content: unknown): Promise<void> {
  await writeDurably(file, `${JSON.stringify(content, null, 2)}\n`);
}
