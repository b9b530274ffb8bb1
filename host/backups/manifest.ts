import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { BackupSummary } from "../../plan/observed";
import { writeDurably } from "../durable-file";

/** Raised when a manifest of the version before can no longer be read as it is. */
export const MANIFEST_VERSION = 1;

export const MANIFEST_FILE = "manifest.json";

const relativeFile = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, "must be a path below the backup");
const count = z.number().int().nonnegative();

const volumeEntry = z.strictObject({
  /** Unprefixed volume name, or the folder relative to the repository. */
  name: z.string().min(1),
  kind: z.enum(["volume", "folder"]),
  data: z.enum(["postgres", "redis", "minio", "documents"]),
  /** The archive, relative to the backup. */
  file: relativeFile,
  /** Folder of the volume that the archive's entries are relative to; "." is the root. */
  below: z.union([z.literal("."), relativeFile]),
  /** Of the archive. */
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Files, folders and links below the root, counted when the archive was read back. */
  entries: count,
  /** Mode of the volume's root, octal. */
  rootMode: z.string().regex(/^[0-7]{3,4}$/),
  rootUid: count,
  rootGid: count,
  /** How it was read, for a person. */
  how: z.string(),
});

const manifest = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  id: z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/),
  sequence: z.number().int().positive(),
  kind: z.enum(["preExecution", "automatic", "safety"]),
  stack: z.enum(["pre-simplification", "simplified"]),
  afterChange: count,
  commit: z.string(),
  untracked: z.string(),
  verified: z.boolean(),
  madeAt: z.iso.datetime(),
  /** Names of containers, networks and volumes had this prefix. */
  namePrefix: z.string(),
  volumes: z.array(volumeEntry),
  /** Copy of the untracked files, relative to the backup; null if there was no such set. */
  untrackedFolder: relativeFile.nullable(),
  gitBundle: relativeFile.nullable(),
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

/** What the plan sees of a backup. */
export function summaryOf(content: Manifest): BackupSummary {
  const { id, sequence, kind, stack, afterChange, commit, untracked, verified, madeAt } = content;
  return {
    id,
    sequence,
    kind,
    stack,
    afterChange,
    commit,
    untracked,
    verified,
    madeAt,
    volumes: content.volumes.map((volume) => volume.name),
  };
}

/** Name of a volume's archive, relative to the backup. */
export function archiveFile(volumeName: string): string {
  return `volumes/${volumeName.replaceAll("/", "__")}.tar.zst`;
}
