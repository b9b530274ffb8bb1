import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { GovernedVolume } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import type { ManifestVolume } from "../format/manifest";
import { Moments } from "./moments";
import { planReading } from "./read-volume";
import type { Reading } from "../../stores/reading";
import { openReader, type Reader, READING } from "./reader";
import { refuseTooLittleSpace } from "./space";

/** Hears how many bytes of a volume have been read; `total` is about how many there are, null: not known. */
export type OnBytes = (volume: string, done: number, total: number | null) => void;

interface Work {
  readonly volume: GovernedVolume;
  readonly reading: Reading;
  readonly reader: Reader;
}

/**
 * Reads volumes into the folder of a backup, all at once, so that they belong to one moment as far as the application can tell
 * (document: pre-execution backup, step 3). When one cannot be read, the others are ended.
 *
 * @throws ProblemsError when there is no room for them; Error when one cannot be read consistently.
 */
export async function readVolumes(
  context: HostContext,
  part: string,
  volumes: readonly GovernedVolume[],
  onBytes?: OnBytes,
): Promise<ManifestVolume[]> {
  const opened = await Promise.allSettled(
    volumes.map((volume) => openWork(context, part, volume, onBytes)),
  );
  const works = opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  try {
    for (const each of opened) if (each.status === "rejected") throw each.reason;
    const bytes = works.reduce((sum, { reader }) => sum + reader.total, 0);
    await refuseTooLittleSpace(context, bytes);
    return await readTogether(context, works);
  } finally {
    await endAll(works);
    await rm(join(part, READING), { recursive: true, force: true });
  }
}

async function openWork(
  context: HostContext,
  part: string,
  volume: GovernedVolume,
  onBytes: OnBytes | undefined,
): Promise<Work> {
  const reading = await planReading(context, volume);
  const reader = await openReader(context, part, {
    volume,
    exclude: reading.exclude,
    onBytes: (done, total) => onBytes?.(volume.name, done, total),
  });
  return { volume, reading, reader };
}

async function readTogether(
  context: HostContext,
  works: readonly Work[],
): Promise<ManifestVolume[]> {
  const databases = works.filter(({ reading }) => reading.database);
  const moments = new Moments(works.map(nameOf), databases.map(nameOf));
  const failures: unknown[] = [];
  const runs = works.map(async (work) => {
    try {
      return await readOne(context, work, moments);
    } catch (error) {
      failures.push(error);
      moments.fail(error);
      // Waited for by whoever opened them; what fails now does so because of this.
      void endAll(works);
      throw error;
    }
  });
  const settled = await Promise.allSettled(runs);
  if (failures.length > 0) throw failures[0];
  return settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

async function readOne(
  context: HostContext,
  { volume, reading, reader }: Work,
  moments: Moments,
): Promise<ManifestVolume> {
  const started = performance.now();
  const how = await reading.read(reader, moments.of(volume.name));
  moments.leave(volume.name);
  const archive = await reader.finish();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const { name, kind, data } = volume;
  const dockerName = volume.kind === "volume" ? volume.dockerName : null;
  context.report(`backed up ${name}: ${archive.bytes} bytes in ${seconds} s, ${how}`);
  return { name, kind, data, dockerName, ...archive, how };
}

async function endAll(works: readonly Work[]): Promise<void> {
  await Promise.allSettled(works.map(({ reader }) => reader.end()));
}

function nameOf({ volume }: Work): string {
  return volume.name;
}
