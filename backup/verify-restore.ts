import { join } from "node:path";
import { readEntries } from "./archives/entries-file";
import type { HostContext } from "../host/context";
import type { HelperMount } from "../host/docker/helper";
import { readEverything } from "../stores/check-minio";
import { withScratchMinio } from "../stores/scratch-minio";
import { checkPostgres } from "../stores/check-postgres";
import { checkRedis } from "../stores/check-redis";
import { extractArchive } from "./volumes/extract";
import { withScratchVolume } from "./volumes/scratch-volume";
import { CHOOSE_ANOTHER } from "./format/held-volume";
import type { ManifestVolume } from "./format/manifest";
import type { Finding } from "./format/verify-archive";

/** Images of the programs that have to be able to work with what was restored. */
export interface VerifyImages {
  readonly postgres: string;
  readonly redis: string;
  readonly minio: string;
}

/**
 * Level `restore`: the archive is restored into a volume of its own, compared, and the program whose data it is starts on it and
 * reads everything. Returns what was found, for a person.
 */
export async function restoreFindings(
  context: HostContext,
  folder: string,
  volume: ManifestVolume,
  images: VerifyImages,
): Promise<{ readonly said: string; readonly findings: readonly Finding[] }> {
  try {
    return { said: await tryRestore(context, folder, volume, images), findings: [] };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const what = `${volume.file} was restored beside everything else, and that failed`;
    return { said, findings: [{ what, advice: [...said.split("\n"), CHOOSE_ANOTHER] }] };
  }
}

async function tryRestore(
  context: HostContext,
  folder: string,
  volume: ManifestVolume,
  images: VerifyImages,
): Promise<string> {
  if (volume.data === "minio") {
    const fill = (scratch: HelperMount) => extractArchive(context, folder, volume, scratch);
    return withScratchMinio(context, images.minio, fill, readEverything);
  }
  return withScratchVolume(context, "verify", async (scratch) => {
    await extractArchive(context, folder, volume, scratch);
    switch (volume.data) {
      case "postgres": {
        const below = await clusterFolder(join(folder, volume.entriesFile));
        return checkPostgres(context, scratch, below, images.postgres);
      }
      case "redis":
        return checkRedis(context, scratch, images.redis);
      case "documents":
      case "minio":
        return `${volume.files} files`;
    }
  });
}

/** Every database has a PG_VERSION of its own; the cluster's stands highest. */
async function clusterFolder(entriesFile: string): Promise<string> {
  let highest: string | null = null;
  for await (const { path } of readEntries(entriesFile)) {
    if (path !== "PG_VERSION" && !path.endsWith("/PG_VERSION")) continue;
    if (highest === null || path.length < highest.length) highest = path;
  }
  if (highest === null) throw new Error("there is no PostgreSQL cluster in it: no PG_VERSION");
  return highest.slice(0, -"/PG_VERSION".length) || ".";
}
