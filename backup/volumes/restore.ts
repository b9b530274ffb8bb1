import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ProblemsError } from "../../plan/problem";
import type { Source } from "../../plan/model/source";
import type { GovernedVolume } from "../../plan/application/topology";
import type { ManifestVolume } from "../format/manifest";
import { heldVolume } from "../format/held-volume";
import { verifyArchives } from "../format/verify";
import type { HostContext } from "../../host/context";
import { type HelperMount, runHelper } from "../../host/docker/helper";
import { endStaleHelpers, folderPath, volumeMount, volumeUsers } from "../../host/docker/users";
import { statePath } from "../../host/state-directory";
import { restoreDocuments } from "./documents";
import { volumeExists } from "./existing";
import { type Extracted, extractArchive, type Restored } from "./extract";

const COUNT = readFileSync(join(__dirname, "count-entries.sh"), "utf8");

export interface BringOptions {
  /** Image of MinIO and the bucket of the documents, to read objects when they become files. */
  readonly objectStoreImage?: string | null;
  readonly bucket?: string;
  /** Files whose size, time, mode and owner are those of the backup are taken for equal without being read. */
  readonly trustMtime?: boolean;
}

export interface Brought {
  /** Null where nothing was read or written. */
  readonly files: number | null;
  /** Sum of the files' sizes. */
  readonly bytes: number | null;
  /** Paths at which the volume was not what the backup holds, and that were written or removed; only told by a restore. */
  readonly different?: number;
}

/**
 * Brings a governed volume to its source (document: full rollback, step 3): exact, verified, and the same when it is run again
 * after being killed at any moment. The caller holds the lock.
 *
 * @throws ProblemsError before anything was written; Error when writing or comparing failed.
 */
export async function bringVolume(
  context: HostContext,
  volume: GovernedVolume,
  source: Source,
  options: BringOptions,
): Promise<Brought> {
  await endStaleHelpers(context, volume);
  switch (source.kind) {
    case "existing":
      if (await volumeExists(context, volume)) return { files: null, bytes: null };
      return refuse(volume, "it is to stay as it is, but it is not on this host", [
        "restore it (restore: <backup>) or say that it may be empty (allowEmpty)",
      ]);
    case "empty":
      return bringEmpty(context, volume);
    case "backup":
      return bringBackup(context, volume, source, options);
  }
}

async function bringEmpty(context: HostContext, volume: GovernedVolume): Promise<Brought> {
  await ensureExists(context, volume);
  const entries = await countEntries(context, volumeMount(context, volume, { readOnly: true }));
  if (entries === 0) return { files: 0, bytes: 0 };
  return refuse(volume, `it is to be empty, but has ${entries} entries`, [
    "nothing was deleted; choose a source for it, or remove its content yourself",
  ]);
}

async function bringBackup(
  context: HostContext,
  volume: GovernedVolume,
  source: Extract<Source, { kind: "backup" }>,
  options: BringOptions,
): Promise<Brought> {
  const started = performance.now();
  await refuseUsed(context, volume);
  const name = source.volume ?? volume.name;
  const archive = await heldVolume(context, source.id, name, `restore "${volume.name}"`);
  let proven: Promise<void> | undefined;
  const prove = () => (proven ??= proveArchive(context, source.id, name, volume));
  if (!(await volumeExists(context, volume))) await prove();
  await ensureExists(context, volume);
  const restored = await write(context, volume, source.id, archive, { ...options, prove });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const { files, bytes, different } = restored;
  const done = different === 0 ? "is already" : "restored";
  context.report(
    `${done} ${volume.name}: ${files} files, ${bytes} bytes, ${seconds} s (${source.id})`,
  );
  return { files, bytes, ...(different === undefined ? {} : { different }) };
}

async function write(
  context: HostContext,
  volume: GovernedVolume,
  id: string,
  archive: ManifestVolume,
  options: BringOptions & { readonly prove: () => Promise<void> },
): Promise<Partial<Extracted> & Restored> {
  const backup = statePath.backup(context, id);
  if (archive.data === volume.data) {
    const mount = volumeMount(context, volume, { readOnly: false });
    return extractArchive(context, backup, archive, mount, options);
  }
  if (archive.data === "minio" && volume.data === "documents" && volume.kind === "folder") {
    const { objectStoreImage, bucket } = options;
    if (typeof objectStoreImage !== "string" || bucket === undefined) {
      throw new Error("no image of an object store, or no bucket, to read objects with");
    }
    await options.prove();
    return restoreDocuments(context, backup, archive, {
      objectStoreImage,
      bucket,
      folder: folderPath(context, volume),
    });
  }
  return refuse(
    volume,
    `it holds ${volume.data}, but "${archive.name}" in "${id}" ${archive.data}`,
    ["only a MinIO volume can become another kind: a folder of documents"],
  );
}

/** Two database servers on one volume both run and lose rows, and a restore under a running one is lost. */
async function refuseUsed(context: HostContext, volume: GovernedVolume): Promise<void> {
  const users = await volumeUsers(context, volume);
  if (users.length === 0) return;
  const names = users.map((user) => `"${user.name}" (${user.state})`).join(", ");
  refuse(volume, `it cannot be overwritten while ${names} has it`, ["stop that container first"]);
}

/** Checked whole before the first byte of the volume is touched; the compression's own checksum guards the second reading. */
async function proveArchive(
  context: HostContext,
  id: string,
  name: string,
  volume: GovernedVolume,
): Promise<void> {
  const problems = await verifyArchives(context, id, [name]);
  if (problems.length > 0) throw new ProblemsError(`restore "${volume.name}"`, problems);
}

/** As Pulumi would make it: whoever is first, the volume is the same. */
async function ensureExists(context: HostContext, volume: GovernedVolume): Promise<void> {
  if (volume.kind === "folder") {
    await mkdir(folderPath(context, volume), { recursive: true });
  } else {
    const { driver, driver_opts: options, labels } = volume.definition ?? {};
    await context.docker.createVolume({
      Name: volume.dockerName,
      ...(driver === undefined ? {} : { Driver: driver }),
      ...(options === undefined ? {} : { DriverOpts: options }),
      ...(labels === undefined ? {} : { Labels: labels }),
    });
  }
}

function refuse(volume: GovernedVolume, what: string, advice: readonly string[]): never {
  throw new ProblemsError(`bring volume "${volume.name}" to its source`, [
    { subject: `volume "${volume.name}"`, what, advice },
  ]);
}

/** Files, folders and links below a volume's root. */
async function countEntries(context: HostContext, volume: HelperMount): Promise<number> {
  const mounts = [{ ...volume, readOnly: true }];
  return Number(await runHelper(context, { purpose: "count", script: COUNT, mounts }));
}
