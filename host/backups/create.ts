import { access, chmod, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BackupSummary } from "../../plan/observed";
import type { GovernedVolume, StackName, Topology } from "../../plan/topology";
import type { HostContext, Progress } from "../context";
import { runHelper } from "../docker/helper";
import { statePath } from "../state-directory";
import { existingVolumes } from "../volumes/existing";
import { readBack } from "./archive";
import { writeHostState } from "./host-state";
import { readManifests } from "./list";
import {
  archiveFile,
  type Manifest,
  MANIFEST_VERSION,
  type ManifestVolume,
  summaryOf,
  writeManifest,
} from "./manifest";
import { beginPart, publishPart, removePart, sweepParts } from "./parts";
import { readVolume } from "./read-volume";
import { writeReadme } from "./readme";

export interface BackupRequest {
  /** Letters, digits, ".", "_" and "-"; not taken by another backup. */
  readonly id: string;
  readonly kind: BackupSummary["kind"];
  readonly stack: StackName;
  readonly afterChange: number;
  readonly commit: string;
  /** Those that do not exist on this host are left out. */
  readonly volumes: readonly GovernedVolume[];
  /** Whose containers and networks are written down. */
  readonly topology: Topology;
  /** Content id of the saved untracked files; empty: none go with the backup. */
  readonly untracked: string;
  /** Writes the repository's bundle to the file that it is given. */
  readonly gitBundle?: (file: string) => Promise<void>;
}

const COPY_UNTRACKED = "cp --archive -- /from/. /to/";

/**
 * Makes a backup that appears under its id only when it is complete, verified and on disk (document: pre-execution backup). A
 * backup that fails leaves nothing behind; one that was killed is swept by the next. The caller holds the lock.
 *
 * @throws Error when the id is taken or not allowed, or a volume cannot be read consistently.
 */
export async function createBackup(
  context: HostContext,
  request: BackupRequest,
  progress: Progress,
): Promise<BackupSummary> {
  await refuseId(context, request.id);
  await sweepParts(context);
  const part = await beginPart(context, request.id);
  try {
    const manifest = await fill(context, request, part, progress);
    await writeReadme(part, manifest);
    await writeManifest(part, manifest);
    await publishPart(context, part, request.id);
    return summaryOf(manifest);
  } catch (error) {
    await removePart(context, part);
    throw error;
  }
}

async function refuseId(context: HostContext, id: string): Promise<void> {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(id)) {
    throw new Error(`"${id}" is no id of a backup: letters, digits, ".", "_" and "-" only`);
  }
  if (await exists(statePath.backup(context, id))) throw new Error(`backup "${id}" exists already`);
}

async function fill(
  context: HostContext,
  request: BackupRequest,
  part: string,
  progress: Progress,
): Promise<Manifest> {
  const stateFiles = await writeHostState(context, request.topology, part);
  const names = await existingVolumes(context, request.volumes);
  const existing = request.volumes.filter(({ name }) => names.includes(name));
  const read = [
    ...(await backUpAll(context, existing.filter(isDatabase), part, progress)),
    ...(await backUpAll(context, existing.filter(isStore), part, progress)),
  ];
  const volumes = await proven(context, read, part);
  const { id, kind, stack, afterChange, commit, untracked } = request;
  return {
    ...{ version: MANIFEST_VERSION, id, kind, stack, afterChange, commit, untracked, volumes },
    sequence: 1 + Math.max(0, ...(await readManifests(context)).map((other) => other.sequence)),
    verified: true,
    madeAt: new Date().toISOString(),
    namePrefix: context.namePrefix,
    untrackedFolder: await copyUntracked(context, untracked, part),
    gitBundle: await bundle(request, part),
    stateFiles,
  };
}

/** An object is written before its row: stores are read after the databases, so that every row that was read has its object. */
function isDatabase(volume: GovernedVolume): boolean {
  return !isStore(volume);
}

function isStore(volume: GovernedVolume): boolean {
  return volume.data === "minio" || volume.data === "documents";
}

type ReadEntry = Omit<ManifestVolume, "entries">;

/** All at once; the first error is told when none of them is at work any more. */
async function backUpAll(
  context: HostContext,
  volumes: readonly GovernedVolume[],
  folder: string,
  progress: Progress,
): Promise<ReadEntry[]> {
  const runs = await Promise.allSettled(
    volumes.map((volume) => backUp(context, volume, folder, progress)),
  );
  return runs.map((run) => {
    if (run.status === "rejected") throw run.reason;
    return run.value;
  });
}

async function backUp(
  context: HostContext,
  volume: GovernedVolume,
  folder: string,
  progress: Progress,
): Promise<ReadEntry> {
  const started = performance.now();
  const { name, kind, data } = volume;
  const target = { folder, file: archiveFile(name) };
  const read = await readVolume(context, volume, target);
  const { size } = await stat(join(folder, target.file));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  progress(`backed up ${name}: ${size} bytes in ${seconds} s, ${read.how}`);
  return { name, kind, data, file: target.file, bytes: size, ...read };
}

/** Nothing counts as backed up that has not been read back once. */
async function proven(
  context: HostContext,
  read: readonly ReadEntry[],
  folder: string,
): Promise<ManifestVolume[]> {
  const targets = read.map(({ file }) => ({ folder, file }));
  const found = await readBack(context, targets);
  return read.map((entry, index) => {
    const back = found[index];
    if (back?.sha256 === entry.sha256) return { ...entry, entries: back.entries };
    throw new Error(`the archive of "${entry.name}" is not what was written: does the disk fail?`);
  });
}

/** With owners and modes, which only the helper can keep. */
async function copyUntracked(
  context: HostContext,
  contentId: string,
  part: string,
): Promise<string | null> {
  if (contentId === "") return null;
  const source = statePath.untracked(context, contentId);
  if (!(await exists(source))) {
    throw new Error(`the untracked files "${contentId}" were not saved before the backup`);
  }
  await mkdir(join(part, "untracked"), { mode: 0o700 });
  await runHelper(context, {
    purpose: "backup",
    script: COPY_UNTRACKED,
    mounts: [
      { type: "bind", source, target: "/from", readOnly: true },
      { type: "bind", source: join(part, "untracked"), target: "/to", readOnly: false },
    ],
  });
  return "untracked";
}

async function bundle(request: BackupRequest, part: string): Promise<string | null> {
  if (request.gitBundle === undefined) return null;
  const file = join(part, "repository.bundle");
  await request.gitBundle(file);
  await chmod(file, 0o600);
  return "repository.bundle";
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
