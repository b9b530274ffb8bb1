import { type HostContext, ownName } from "../../host/context";
import { HELPER_LABEL, type HelperMount } from "../../host/docker/helper";
import { endHelpers } from "../../host/docker/users";
import { gone } from "../../host/docker/statuses";

/**
 * Lets `work` have a volume of its own, and removes it afterwards. One that a killed run left under the name is removed first, with what
 * still uses it; whatever else has the name is somebody's data and stays.
 */
export async function withScratchVolume<T>(
  context: HostContext,
  name: string,
  work: (volume: HelperMount) => Promise<T>,
): Promise<T> {
  const source = scratchName(context, name);
  await removeScratchVolume(context, name);
  await context.docker.createVolume({ Name: source, Labels: { [HELPER_LABEL]: "scratch" } });
  try {
    return await work({ type: "volume", source, target: "/volume", readOnly: false });
  } finally {
    await removeScratchVolume(context, name);
  }
}

/** Removes one that a killed run left, with what still uses it. */
export async function removeScratchVolume(context: HostContext, name: string): Promise<void> {
  const source = scratchName(context, name);
  const volume = context.docker.getVolume(source);
  const found = await volume.inspect().catch(gone);
  if (found === null) return;
  const labels = found.Labels as Record<string, string> | null;
  if (!(HELPER_LABEL in (labels ?? {}))) {
    throw new Error(`volume "${source}" is in the way: it was not made by this program`);
  }
  await endHelpers(context, (mount) => mount.Name === source);
  await volume.remove();
}

function scratchName(context: HostContext, name: string): string {
  return ownName(context, `scratch-${name}`);
}
