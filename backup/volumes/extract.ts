import { join, posix } from "node:path";
import type { Difference } from "../archives/compare";
import { filterTar } from "../archives/filter-tar";
import { makePipe } from "../archives/pipe";
import { readEntries } from "../archives/entries-file";
import type { ManifestVolume } from "../format/manifest";
import type { HostContext } from "../../host/context";
import type { HelperMount } from "../../host/docker/helper";
import { VOLUME } from "./commands";
import { type Delta, planDelta } from "./delta";
import { compareUnproven, compareVolume, compareWritten, type Wanted } from "./compare-volume";
import { backupMount } from "./describe";
import { clearTheWay, refuseTooLittleSpace } from "./make-room";
import { writeVerified } from "./write-verified";
import { freshName, together, type VolumeSession, withVolumeSession } from "./volume-session";

/** Where so little is already there, writing everything is quicker than choosing. */
const KEPT_SHARE = 0.1;
/** Bytes from which on reading behind the writer saves more than its two programs cost. */
const READ_WHILE_WRITTEN = 1024 ** 3;
const TOLD_DIFFERENCES = 3;

export interface Restored {
  readonly files: number;
  /** Sum of the files' sizes. */
  readonly bytes: number;
}

export interface Extracted extends Restored {
  /** Paths at which the volume was not what the archive holds; 0: nothing was written. */
  readonly different: number;
}

export interface ExtractOptions {
  /** Called when something of the archive will be read, before anything is written; throws where the archive is not to be trusted. */
  readonly prove?: () => Promise<void>;
  /** Files whose size, time, mode and owner are right are not read. */
  readonly trustMtime?: boolean;
  /** Bytes from which on files are read again while others are still written. */
  readonly readWhileWritten?: number;
}

/**
 * Makes a volume hold exactly what an archive holds (document: full rollback, step 3): it is compared with the backup's list of
 * entries, only what differs is written, and then every entry is compared again. Where nothing differs, nothing is written at all.
 * Killed at any moment, the same again gives the exact result.
 *
 * @throws ProblemsError before anything was written; Error when the volume is not equal to the archive afterwards.
 */
export async function extractArchive(
  context: HostContext,
  backupFolder: string,
  archive: ManifestVolume,
  volume: HelperMount,
  options: ExtractOptions = {},
): Promise<Extracted> {
  const mounts = [
    backupMount(backupFolder, archive.file),
    { ...volume, target: VOLUME, readOnly: false },
  ];
  return withVolumeSession(context, "restore", mounts, async (session) => {
    const wanted = () => readEntries(join(backupFolder, archive.entriesFile));
    const trust = options.trustMtime === true;
    const delta = await planDelta(session, compareVolume(session, wanted, trust));
    if (delta.different > 0) {
      await refuseTooLittleSpace(session, archive.name, delta);
      await options.prove?.();
      await clearTheWay(session, delta);
      const threshold = options.readWhileWritten ?? READ_WHILE_WRITTEN;
      const unproven = await write(session, archive, delta, wanted, threshold);
      const flushed = session.run("flush", VOLUME);
      const differences =
        unproven === null
          ? compareWritten(session, wanted, delta, trust)
          : compareUnproven(session, wanted, unproven);
      await refuseDifferences(archive.name, differences);
      await flushed;
    }
    return { files: archive.files, bytes: archive.contentBytes, different: delta.different };
  });
}

/** Writes what differs. Where every file was read while it was written, the paths that still have to be: else null. */
async function write(
  session: VolumeSession,
  archive: ManifestVolume,
  delta: Delta,
  wanted: Wanted,
  readWhileWritten: number,
): Promise<ReadonlySet<string> | null> {
  const { written, writtenBytes } = delta;
  const kept = archive.contentBytes - writtenBytes;
  const file = posix.basename(archive.file);
  if (written !== null && kept > archive.contentBytes * KEPT_SHARE) {
    await writeChosen(session, file, written);
    return null;
  }
  if (archive.contentBytes >= readWhileWritten) return writeVerified(session, file, wanted);
  await session.run("write_archive", file, VOLUME);
  return null;
}

async function writeChosen(
  session: VolumeSession,
  file: string,
  written: ReadonlySet<string>,
): Promise<void> {
  const [all, chosen] = [freshName(), freshName()];
  const from = await makePipe(session.folder, all);
  const to = await makePipe(session.folder, chosen);
  await together(
    [
      session.run("read_archive", file, all),
      session.run("write_stream", VOLUME, chosen),
      to.write(filterTar(from.read(), (path) => written.has(path))),
    ],
    async () => {
      await Promise.all([from.remove(), to.remove()]);
    },
  );
}

/** @throws Error that names the first of the differences. */
export async function refuseDifferences(
  name: string,
  differences: AsyncIterable<Difference>,
): Promise<void> {
  const told: string[] = [];
  for await (const difference of differences) {
    if (told.length === TOLD_DIFFERENCES) {
      told.push("…");
      break;
    }
    told.push(differenceText(difference));
  }
  if (told.length === 0) return;
  throw new Error(`"${name}" is not what it should be after it was written: ${told.join("; ")}`);
}

/** For a person; bytes of a name that cannot be shown are shown as escapes. */
export function differenceText({ kind, path, what }: Difference): string {
  const shown = JSON.stringify(Buffer.from(path, "latin1").toString("utf8"));
  return what.length === 0 ? `${shown} is ${kind}` : `${shown} differs: ${what.join(", ")}`;
}
