import { messageOf } from "../plan/problem";
import type { HostContext } from "../host/context";
import { STORES } from "../stores/stores";
import { extractArchive } from "./volumes/extract";
import { withScratchVolume } from "./volumes/scratch-volume";
import { CHOOSE_ANOTHER } from "./format/held-volume";
import type { ManifestVolume } from "./format/manifest";
import type { Finding } from "./format/verify-archive";

/**
 * Level `restore`: the archive is restored into a volume of its own, compared, and the program whose data it is starts on it and
 * reads everything. Returns what was found, for a person.
 */
export async function restoreFindings(
  context: HostContext,
  folder: string,
  volume: ManifestVolume,
  image: string | undefined,
): Promise<{ readonly said: string; readonly findings: readonly Finding[] }> {
  try {
    return { said: await tryRestore(context, folder, volume, image), findings: [] };
  } catch (error) {
    const said = messageOf(error);
    const what = `${volume.file} was restored beside everything else, and that failed`;
    return { said, findings: [{ what, advice: [...said.split("\n"), CHOOSE_ANOTHER] }] };
  }
}

async function tryRestore(
  context: HostContext,
  folder: string,
  volume: ManifestVolume,
  image: string | undefined,
): Promise<string> {
  return withScratchVolume(context, "verify", async (scratch) => {
    await extractArchive(context, folder, volume, scratch);
    const { prove } = STORES[volume.data];
    if (prove === undefined) return `${volume.files} files`;
    if (image === undefined) throw new Error("no record says which image works with this data");
    return prove(context, scratch, image);
  });
}
