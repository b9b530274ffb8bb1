import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { relativePath } from "../../plan/relative-path";
import type { BackupSummary } from "../../plan/model/observed";
import { writeDurably } from "../../host/durable-file";
import { isVerified, type Verification } from "./verifications";

/** Raised when a manifest of the version before can no longer be read as it is. */
export const MANIFEST_VERSION = 3;

const MANIFEST_FILE = "manifest.json";

const relativeFile = relativePath("must be a path below the backup");
const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const volumeEntry = z.strictObject({
  /** Name of the volume, or the folder relative to the repository. */
  name: z.string().min(1),
  kind: z.enum(["volume", "folder"]),
  data: z.enum(["postgres", "redis", "minio", "documents"]),
  /** As Docker knew it; null where it is a folder, or came from an archive that says nothing of it. */
  dockerName: z.string().min(1).nullable(),
  /** The archive, relative to the backup: tars one after the other, compressed; of a path that is in it twice the last counts. */
  file: relativeFile,
  /** Of the archive. */
  bytes: count,
  sha256,
  /** The list of everything that the volume held, its root too, relative to the backup. */
  entriesFile: relativeFile,
  entries: count,
  /** Those of the entries that are regular files. */
  files: count,
  /** Sum of the files' sizes, holes included. */
  contentBytes: count,
  /** Of the list of entries, uncompressed. */
  entriesSha256: sha256,
  /** How it was read, for a person. */
  how: z.string(),
});

const savedImages = z.strictObject({
  file: relativeFile,
  bytes: count,
  sha256,
  /** References that containers were created from. */
  references: z.array(z.string().min(1)),
});

const manifest = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  id: z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/),
  sequence: z.number().int().positive(),
  kind: z.enum(["preExecution", "automatic", "safety", "imported"]),
  stack: z.enum(["pre-simplification", "simplified"]),
  afterChange: count,
  commit: z.string(),
  untracked: z.string(),
  /** First commit of the application's repository: a backup of another application is refused. */
  application: z.string().min(1),
  madeAt: z.iso.datetime(),
  volumes: z.array(volumeEntry),
  /** Copy of the untracked files, relative to the backup; null if there was no such set. */
  untrackedFolder: relativeFile.nullable(),
  gitBundle: relativeFile.nullable(),
  /** The images that the live side ran, as `docker save` writes them, compressed; null: none were saved. */
  images: savedImages.nullable(),
  /** Container and network state, relative to the backup. */
  stateFiles: z.array(relativeFile),
});

/** What a backup holds (document: pre-execution backup). A superset of what the plan sees of it. */
export type Manifest = z.infer<typeof manifest>;
export type ManifestVolume = Manifest["volumes"][number];

/** Reads a manifest's text; throws an error that names every key that is wrong. */
export function parseManifest(text: string): Manifest {
  const parsed = manifest.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`not a manifest: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Reads the manifest of a backup's folder; throws when there is none or it is not one. */
export async function readManifest(folder: string): Promise<Manifest> {
  return parseManifest(await readFile(join(folder, MANIFEST_FILE), "utf8"));
}

/** Writes the manifest so that it is on disk when this resolves. */
export async function writeManifest(folder: string, content: Manifest): Promise<void> {
  const checked = manifest.parse(content);
  await writeDurably(join(folder, MANIFEST_FILE), `${JSON.stringify(checked, null, 2)}\n`);
}

/** What the plan sees of a backup; whether it is verified stands in what was verified since it was made. */
export function summaryOf(
  content: Manifest,
  verifications: readonly Verification[],
): BackupSummary {
  const { id, sequence, kind, stack, afterChange, commit, untracked, madeAt } = content;
  return {
    ...{ id, sequence, kind, stack, afterChange, commit, untracked, madeAt },
    verified: isVerified(verifications),
    volumes: content.volumes.map((volume) => volume.name),
    images: content.images?.references ?? [],
  };
}

/** Name of a volume's archive, relative to the backup. */
export function archiveFile(volumeName: string): string {
  return `volumes/${volumeName.replaceAll("/", "__")}.tar.zst`;
}

/** Name of the list of a volume's entries, relative to the backup. */
export function entriesFile(volumeName: string): string {
  return `volumes/${volumeName.replaceAll("/", "__")}.entries.jsonl.gz`;
}
