import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { STORES } from "../support/application";
import { type Entry, ROOT } from "../../backup/archives/entry";
import { writeEntries } from "../../backup/archives/entries-file";
import {
  archiveFile,
  entriesFile,
  MANIFEST_VERSION,
  type ManifestVolume,
  writeManifest,
} from "../../backup/format/manifest";
import { DATA_FACTS_FILE } from "../../stores/data-facts";
import type { HostContext } from "../../host/context";
import { runHelper } from "../../host/docker/helper";
import { volumeMount } from "../../host/docker/users";
import { statePath } from "../../host/state-directory";
import type { GovernedVolume, Store } from "../../plan/application/topology";

/** Makes a backup's folder as far as checks look at it: a database's archive, and lists of objects whose content is `content of <path>`. */
export async function makeBackup(
  context: HostContext,
  id: string,
  database: GovernedVolume,
  objects: readonly { readonly volume: Store; readonly paths: readonly string[] }[],
): Promise<string> {
  const folder = statePath.backup(context, id);
  await mkdir(join(folder, "volumes"), { recursive: true });
  await packDatabase(context, folder, database);
  for (const { volume, paths } of objects) {
    await writeEntries(join(folder, entriesFile(volume.name)), listOf(paths));
  }
  const volumes = [database, ...objects.map(({ volume }) => volume)].map(manifestVolume);
  await writeManifest(folder, {
    version: MANIFEST_VERSION,
    id,
    sequence: 1,
    kind: "preExecution",
    stack: "pre-simplification",
    afterChange: 0,
    commit: "commit",
    untracked: "untracked",
    application: "application",
    madeAt: "2026-11-23T10:00:00.000Z",
    volumes,
    untrackedFolder: null,
    gitBundle: null,
    images: null,
    stateFiles: [DATA_FACTS_FILE],
  });
  return folder;
}

async function packDatabase(
  context: HostContext,
  folder: string,
  database: GovernedVolume,
): Promise<void> {
  await runHelper(context, {
    purpose: "test",
    script: 'tar --create --zstd --file "/backup/$1" --directory /volume --exclude=pg_wal .',
    arguments: [archiveFile(database.name)],
    mounts: [
      volumeMount(context, database, { readOnly: true }),
      { type: "bind", source: folder, target: "/backup", readOnly: false },
    ],
  });
}

async function* listOf(paths: readonly string[]): AsyncGenerator<Entry> {
  for (const path of [ROOT, ...paths].sort()) yield await Promise.resolve(entry(path));
}

function entry(path: string): Entry {
  const common = { path, mode: 0o644, uid: 0, gid: 0, mtime: null, target: null, xattrs: {} };
  if (path === ROOT) return { ...common, type: "directory", size: 0, sha256: null };
  const sha256 = createHash("sha256").update(`content of ${path}`).digest("hex");
  return { ...common, type: "file", size: 1, sha256 };
}

function manifestVolume({ name, kind, data }: Store): ManifestVolume {
  const dockerName = kind === "volume" ? name : null;
  return {
    ...{ name, kind, data, dockerName },
    file: archiveFile(name),
    bytes: 1,
    sha256: "0".repeat(64),
    entriesFile: entriesFile(name),
    entries: 1,
    files: 1,
    contentBytes: 1,
    entriesSha256: "0".repeat(64),
    how: "for a test",
  };
}

export function governed(name: string): Store {
  const volume = STORES.find((candidate) => candidate.name === name);
  if (volume === undefined) throw new Error(`no volume ${name}`);
  return volume;
}
