import { median } from "../median";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { archiveFile } from "../../backup/format/manifest";
import { removeBackup } from "../../backup/new-backup";
import { statePath } from "../../host/state-directory";
import type { DockerVolume } from "../../plan/application/topology";
import {
  copyBackup,
  copyRestore,
  documentBackup,
  documentBytes,
  documentRestore,
} from "./document";
import { peakMiBOf, secondsOf, secondsOfAll, type Work } from "./ours";
import type { Place } from "./place";
import { fillWithBytes, fillWithSmallFiles, fillWithText, startPgbench } from "./workload";

type Three = Readonly<Record<"ours" | "document" | "copy", number>>;
type Tell = (line: string) => void;

export interface Measured {
  readonly backup: {
    readonly seconds: Three;
    readonly bytes: { readonly ours: number; readonly document: number };
  };
  readonly restore: { readonly seconds: Three };
  readonly delta: { readonly seconds: { readonly ours: number } };
  readonly parallel: {
    readonly seconds: { readonly together: number; readonly oneByOne: number };
    readonly ratio: number;
  };
  readonly peakRssMiB: { readonly small: number; readonly large: number; readonly many: number };
}

const ROUNDS = 3;
const RUNNING = "running";
const STOPPED = "stopped";

/** Backups and restores of one PostgreSQL volume, ours and the document's in turns, so that both meet the same disk. */
export async function measurePostgres(
  place: Place,
  scale: number,
  tell: Tell,
): Promise<Pick<Measured, "backup" | "restore" | "delta">> {
  const volume = await place.volume("postgres", "postgres");
  tell(`filling a PostgreSQL volume, pgbench scale ${scale}`);
  const server = await startPgbench(place, volume, scale);
  const backups: Three[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    tell(`backup, round ${round} of ${ROUNDS}`);
    backups.push({
      document: await settled(place, volume, () => documentBackup(place, volume)),
      ours: await settled(place, volume, () =>
        secondsOf(place, backUp(`${RUNNING}-${round}`, [volume])),
      ),
      copy: await settled(place, volume, () => copyBackup(place, volume)),
    });
  }
  const archive = join(statePath.backup(place.context, `${RUNNING}-1`), archiveFile(volume.name));
  const bytes = { ours: (await stat(archive)).size, document: await documentBytes(place) };
  for (let round = 1; round <= ROUNDS; round += 1) {
    await removeBackup(place.context, `${RUNNING}-${round}`);
  }
  await server.stop();
  await secondsOf(place, backUp(STOPPED, [volume]));
  await documentBackup(place, volume);
  await copyBackup(place, volume);
  const { restores, delta } = await measureRestores(place, volume, tell);
  await removeBackup(place.context, STOPPED);
  return {
    backup: { seconds: medians(backups), bytes },
    restore: { seconds: medians(restores) },
    delta: { seconds: { ours: delta } },
  };
}

async function measureRestores(place: Place, volume: DockerVolume, tell: Tell) {
  const restores: Three[] = [];
  const deltas: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    tell(`restore, round ${round} of ${ROUNDS}`);
    const byDocument = await place.volume(`document-${round}`, "postgres");
    const document = await settled(place, volume, () => documentRestore(place, byDocument));
    const byUs = place.expect(`ours-${round}`, "postgres");
    const restore = () => secondsOf(place, bring(STOPPED, byUs, volume.name));
    const ours = await settled(place, volume, restore);
    deltas.push(await settled(place, volume, restore));
    const byCopy = await place.volume(`copy-${round}`, "postgres");
    const copy = await settled(place, volume, () => copyRestore(place, byCopy));
    restores.push({ document, ours, copy });
    for (const restored of [byDocument, byUs, byCopy]) await place.removeVolume(restored);
  }
  return { restores, delta: median(deltas) };
}

/** The same four volumes, restored one after another and all at once. */
export async function measureParallel(
  place: Place,
  mebibytes: number,
  tell: Tell,
): Promise<Measured["parallel"]> {
  tell(`four volumes of ${mebibytes} MiB, one after another and at once`);
  const volumes: DockerVolume[] = [];
  for (const number of [1, 2, 3, 4]) {
    const volume = await place.volume(`four-${number}`, "documents");
    await fillWithText(place, volume, mebibytes);
    volumes.push(volume);
  }
  await secondsOf(place, backUp("four", volumes));
  const times = { together: [] as number[], oneByOne: [] as number[] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const way of ["oneByOne", "together"] as const) {
      for (const volume of volumes) await place.removeVolume(volume);
      const works = volumes.map((volume) => bring("four", volume));
      times[way].push(await secondsOfAll(place, works, way === "together"));
    }
  }
  await removeBackup(place.context, "four");
  for (const volume of volumes) await place.removeVolume(volume);
  const [together, oneByOne] = [median(times.together), median(times.oneByOne)];
  return { seconds: { together, oneByOne }, ratio: together / oneByOne };
}

/** Peak memory of a backup and of a restore, whichever is higher, for a small volume, a large one and one of many files. */
export async function measureMemory(
  place: Place,
  sizes: { readonly largeMebibytes: number; readonly files: number },
  tell: Tell,
): Promise<Measured["peakRssMiB"]> {
  const peak = async (name: string, fill: (volume: DockerVolume) => Promise<void>) => {
    tell(`memory: ${name}`);
    const volume = await place.volume(`memory-${name}`, "documents");
    await fill(volume);
    const made = await peakMiBOf(place, backUp(name, [volume]));
    await place.removeVolume(volume);
    const restored = await peakMiBOf(place, bring(name, volume));
    await removeBackup(place.context, name);
    await place.removeVolume(volume);
    return Math.max(made, restored);
  };
  return {
    small: await peak("small", (volume) => fillWithBytes(place, volume, 64)),
    large: await peak("large", (volume) => fillWithBytes(place, volume, sizes.largeMebibytes)),
    many: await peak("many", (volume) => fillWithSmallFiles(place, volume, sizes.files)),
  };
}

function backUp(backupId: string, volumes: readonly DockerVolume[]): Work {
  return { kind: "backup", backupId, volumes };
}

function bring(backupId: string, volume: DockerVolume, source?: string): Work {
  const from = source === undefined ? {} : { source };
  return { kind: "restore", backupId, volumes: [volume], ...from };
}

/** Nothing of what was measured before is still being written to the disk. */
async function settled(
  place: Place,
  volume: DockerVolume,
  work: () => Promise<number>,
): Promise<number> {
  await place.onVolume(volume, "sync");
  return work();
}

function medians(rounds: readonly Three[]): Three {
  const of = (side: keyof Three) => median(rounds.map((round) => round[side]));
  return { ours: of("ours"), document: of("document"), copy: of("copy") };
}
