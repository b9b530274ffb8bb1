import { copyFile, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { BackupSummary } from "../plan/model/observed";
import { type Problem, ProblemsError } from "../plan/problem";
import type { HostContext } from "../host/context";
import { openSession } from "../host/docker/session";
import { makePrivateFolder } from "../host/durable-file";
import { firstCommit } from "../host/git/first-commit";
import { resolveCommits } from "../host/git/resolve-commits";
import { runGit } from "../host/git/run-git";
import { saveUntracked } from "../host/untracked/save-untracked";
import {
  ARCHIVE_COMMANDS,
  archiveProblems,
  ARCHIVES,
  archivesAmong,
  dayOf,
  type DocumentArchive,
  folderProblems,
  UNPACKED,
} from "./document-archives";
import { freeBackupId, nextSequence } from "./format/list";
import { type Manifest, MANIFEST_VERSION, type ManifestVolume } from "./format/manifest";
import { completeBackup, newBackup } from "./new-backup";
import { readVolumes } from "./reading/read-volumes";
import { withScratchVolume } from "./volumes/scratch-volume";

const TAGS = "refs/tags/pre-simplification-*";

/**
 * Imports a foreign backup: makes a backup like any other of the archives that the document's own commands wrote (document: pre-execution
 * backup, steps 3 to 5). Each is proven, unpacked beside everything else and archived from there; they stay as they are. The caller
 * holds the lock.
 *
 * @param path a folder with archives of one day, or one of them
 * @throws ProblemsError with everything that is wrong with them, before anything is made.
 */
export async function importArchives(context: HostContext, path: string): Promise<BackupSummary> {
  const { folder, names } = await filesAt(path);
  const { archives, commit } = await provenArchives(context, path, { folder, names });
  return newBackup(context, async (part) => {
    const volumes: ManifestVolume[] = [];
    for (const archive of archives) volumes.push(await convert(context, folder, archive, part));
    const date = archives[0]?.date ?? "";
    const stateFiles = await copyState(folder, date, part);
    return completeBackup(part, await manifestOf(context, { date, commit, volumes, stateFiles }));
  });
}

/** Where archives may be. */
interface Files {
  readonly folder: string;
  readonly names: readonly string[];
}

async function filesAt(path: string): Promise<Files> {
  const isFolder = (await stat(path)).isDirectory();
  return isFolder
    ? { folder: path, names: await readdir(path) }
    : { folder: dirname(path), names: [basename(path)] };
}

async function provenArchives(
  context: HostContext,
  path: string,
  { folder, names }: Files,
): Promise<{ archives: readonly DocumentArchive[]; commit: string }> {
  const archives = archivesAmong(context.application, names);
  const problems = folderProblems(context.application, folder, archives);
  const commit = await commitOf(context, archives[0]?.date ?? null);
  if (typeof commit !== "string") problems.push(commit);
  problems.push(...(await damaged(context, folder, archives)));
  if (problems.length > 0 || typeof commit !== "string") {
    throw new ProblemsError(`import "${path}"`, problems);
  }
  return { archives, commit };
}

/**
 * The commit that belongs to the document's backup of a day: that of the day's tag (document: pre-execution backup, step 2), or of the
 * only such tag, because the document asks for the date more than once.
 */
async function commitOf(context: HostContext, date: string | null): Promise<string | Problem> {
  const output = await runGit(context, ["for-each-ref", "--format=%(refname:lstrip=2)", TAGS]);
  const tags = output.split("\n").filter((tag) => tag !== "");
  const wanted = `pre-simplification-${date ?? "YYYYMMDD"}`;
  const tag = tags.includes(wanted) ? wanted : tags.length === 1 ? tags[0] : undefined;
  const commit = tag === undefined ? null : ((await resolveCommits(context, [tag]))[tag] ?? null);
  if (commit !== null) return commit;
  return {
    subject: `tag "${wanted}"`,
    what: "is not in the repository: which state of the code the backup belongs to is not known",
    advice: [
      `tags found: ${tags.join(", ") || "none"}`,
      `name that state: git tag ${wanted} <commit>`,
    ],
  };
}

async function damaged(
  context: HostContext,
  folder: string,
  archives: readonly DocumentArchive[],
): Promise<Problem[]> {
  if (archives.length === 0) return [];
  const session = await openSession(context, {
    purpose: "import",
    commands: ARCHIVE_COMMANDS,
    mounts: [{ type: "bind", source: folder, target: ARCHIVES, readOnly: true }],
  });
  try {
    return (await Promise.all(archives.map((archive) => archiveProblems(session, archive)))).flat();
  } finally {
    await session.end();
  }
}

/** Unpacked to a volume it is what the ordinary reader can read. */
async function convert(
  context: HostContext,
  folder: string,
  { file, volume }: DocumentArchive,
  part: string,
): Promise<ManifestVolume> {
  return withScratchVolume(context, volume.name, async (scratch) => {
    const session = await openSession(context, {
      purpose: "import",
      commands: ARCHIVE_COMMANDS,
      mounts: [
        { type: "bind", source: folder, target: ARCHIVES, readOnly: true },
        { ...scratch, target: `${UNPACKED}/data` },
      ],
    });
    await session.run("unpack", file).finally(() => session.end());
    const unpacked = { ...volume, kind: "volume", dockerName: scratch.source } as const;
    const [read] = await readVolumes({ ...context, report: () => undefined }, part, [unpacked]);
    if (read === undefined) throw new Error(`"${file}" was not archived`);
    context.report(
      `imported ${file} as ${volume.name}: ${read.files} files, ${read.contentBytes} bytes`,
    );
    return {
      ...read,
      dockerName: null,
      how: `file copy by the document's own commands, imported from ${file}`,
    };
  });
}

/** What the document's step 5 wrote down, if it did. */
async function copyState(folder: string, date: string, part: string): Promise<string[]> {
  const wanted = [`container-state-${date}.txt`, `network-state-${date}.txt`];
  const found = (await readdir(folder)).filter((name) => wanted.includes(name));
  if (found.length > 0) await makePrivateFolder(join(part, "state"));
  for (const name of found) await copyFile(join(folder, name), join(part, "state", name));
  return found.map((name) => `state/${name}`);
}

async function manifestOf(
  context: HostContext,
  imported: {
    readonly date: string;
    readonly commit: string;
    readonly volumes: ManifestVolume[];
    readonly stateFiles: string[];
  },
): Promise<Manifest> {
  const { date, commit, volumes, stateFiles } = imported;
  return {
    ...{ version: MANIFEST_VERSION, kind: "imported", stack: "pre-simplification" },
    ...{ afterChange: 0, commit, volumes, stateFiles },
    id: await freeBackupId(context, `imported-${date}`),
    sequence: await nextSequence(context),
    application: await firstCommit(context),
    // The document saves none: those that are there now go with it.
    untracked: await saveUntracked(context, context.application.untrackedPaths),
    madeAt: dayOf(date) ?? new Date().toISOString(),
    ...{ untrackedFolder: null, gitBundle: null, images: null },
  };
}
