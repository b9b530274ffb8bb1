import { realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import type Docker from "dockerode";
import type { DataFolder, GovernedVolume } from "../../plan/application/topology";
import type { HostContext } from "../context";
import { HELPER_LABEL, type HelperMount } from "./helper";
import { gone } from "./statuses";
import { waitFor } from "./wait";

const FORGOTTEN_SECONDS = 600;

type Mount = Docker.ContainerInfo["Mounts"][number];

/** A running container that has a governed volume mounted. */
export interface VolumeUser {
  readonly id: string;
  readonly name: string;
  /** Docker's word: running, paused or restarting. */
  readonly state: string;
  /** Where the volume is in that container. */
  readonly target: string;
  readonly writes: boolean;
}

/** Where a governed volume's content is: a Docker volume, or a folder of the repository. */
export function volumeMount(
  context: HostContext,
  volume: GovernedVolume,
  options: { readonly readOnly: boolean; readonly target?: string },
): HelperMount {
  const target = options.target ?? "/volume";
  return volume.kind === "folder"
    ? { type: "bind", source: folderPath(context, volume), target, readOnly: options.readOnly }
    : {
        type: "volume",
        source: volume.dockerName,
        target,
        readOnly: options.readOnly,
      };
}

export function folderPath(context: HostContext, volume: Pick<DataFolder, "name">): string {
  return join(context.repository, volume.name);
}

/** Containers that run (or are paused) with the volume mounted; helpers do not count. */
export async function volumeUsers(
  context: HostContext,
  volume: GovernedVolume,
): Promise<VolumeUser[]> {
  const matches = await mountMatcher(context, volume);
  const containers = await context.docker.listContainers();
  return containers
    .filter((container) => container.Labels[HELPER_LABEL] === undefined)
    .flatMap((container) => {
      const mount = container.Mounts.find(matches);
      if (mount === undefined) return [];
      const name = (container.Names[0] ?? container.Id).replace(/^\//, "");
      const { Destination: target, RW: writes } = mount;
      return [{ id: container.Id, name, state: container.State, target, writes }];
    });
}

/**
 * Ends helpers that a killed run left writing to a volume, so that they cannot write into the next run's work. The lock
 * makes sure that no living run has one.
 */
export async function endStaleHelpers(context: HostContext, volume: GovernedVolume): Promise<void> {
  const matches = await mountMatcher(context, volume);
  await endHelpers(context, (mount) => mount.RW && matches(mount));
}

/** Ends every helper that has a mount of that kind, and those that nobody will start any more. */
export async function endHelpers(
  context: HostContext,
  matches: (mount: Mount) => boolean,
): Promise<void> {
  const helpers = await context.docker.listContainers({
    all: true,
    filters: { label: [HELPER_LABEL] },
  });
  for (const helper of helpers) {
    if (helper.Mounts.some(matches) || isForgotten(helper)) await endContainer(context, helper.Id);
  }
}

/** A helper is started as soon as it was made, and removes itself when it ends; not so when its process is killed in between. */
function isForgotten({ State, Created }: Docker.ContainerInfo): boolean {
  return State === "created" && Date.now() / 1000 - Created > FORGOTTEN_SECONDS;
}

/** Removes a container at once and returns when it is gone. */
export async function endContainer(context: HostContext, id: string): Promise<void> {
  const container = context.docker.getContainer(id);
  // A container that removes itself may be quicker, or already be about it: then only its end counts.
  await container.remove({ force: true }).catch(() => undefined);
  await waitFor(
    async () => {
      const info = await container.inspect().catch(gone);
      return info === null
        ? { done: true, value: null }
        : { done: false, state: info.State.Status };
    },
    { deadlineMs: 30_000, intervalMs: 100, message: `container ${id.slice(0, 12)} to be removed` },
  );
}

async function mountMatcher(
  context: HostContext,
  volume: GovernedVolume,
): Promise<(mount: Mount) => boolean> {
  if (volume.kind === "volume") {
    return (mount) => mount.Type === "volume" && mount.Name === volume.dockerName;
  }
  const given = folderPath(context, volume);
  const real = await realpath(given).catch(() => given);
  return (mount) =>
    mount.Type === "bind" && [given, real].some((folder) => overlaps(mount.Source, folder));
}

function overlaps(source: string, folder: string): boolean {
  return source === folder || source.startsWith(folder + sep) || folder.startsWith(source + sep);
}
