import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { BackupSummary } from "../plan/model/observed";
import { type Problem, ProblemsError } from "../plan/problem";
import type { HostContext } from "../host/context";
import { openSession } from "../host/docker/session";
import { makePrivateFolder } from "../host/durable-file";
import { firstCommit } from "../host/git/first-commit";
import { saveUntracked } from "../host/untracked/save-untracked";
import { withScratchVolume } from "./volumes/scratch-volume";
import {
  ADOPT_COMMANDS,
  ADOPTED,
  type AdoptedFile,
  dayOf,
  fileProblems,
  findAdopted,
  folderProblems,
  UNPACKED,
} from "./adopt-files";
import { adoptedCommit } from "./adopt-commit";
import { readManifests } from "./format/list";
import {
  type Manifest,
  MANIFEST_VERSION,
  type ManifestVolume,
  summaryOf,
  writeManifest,
} from "./format/manifest";
import { beginPart, publishPart, removePart, sweepParts } from "./reading/parts";
import { readVolumes } from "./reading/read-volumes";
import { writeReadme } from "./readme";
import { addVerification, type Verification } from "./format/verifications";

/**
 * Makes a backup like any other of the files that the document's own commands wrote (document: pre-execution backup, steps 3 to 5): each
 * is proven, unpacked beside everything else and archived from there. The files stay as they are. The caller holds the lock.
 *
 * @throws ProblemsError with everything that is wrong with the files, before anything is made.
 */
export async function adoptBackup(context: HostContext, folder: string): Promise<BackupSummary> {
  const { files, commit } = await provenFiles(context, folder);
  const id = await freeId(context, `adopted-${files[0]?.date ?? ""}`);
  await sweepParts(context);
  const part = await beginPart(context, id);
  try {
    const volumes: ManifestVolume[] = [];
    for (const file of files) volumes.push(await archive(context, folder, file, part));
    const stateFiles = await copyState(folder, files, part);
    const manifest = await manifestOf(context, { id, commit, files, volumes, stateFiles });
    const verification = await writeAll(part, manifest);
    await publishPart(context, part, id);
    return summaryOf(manifest, [verification]);
  } catch (error) {
    await removePart(context, part);
    throw error;
  }
}

async function provenFiles(
  context: HostContext,
  folder: string,
): Promise<{ files: readonly AdoptedFile[]; commit: string }> {
  const files = await findAdopted(context.application, folder).catch((error: unknown) =>
    unreadable(folder, error),
  );
  if ("what" in files) throw new ProblemsError(attemptOf(folder), [files]);
  const problems = folderProblems(context.application, folder, files);
  const commit = await adoptedCommit(context, files[0]?.date ?? null);
  if (typeof commit !== "string") problems.push(commit);
  problems.push(...(await damaged(context, folder, files)));
  if (problems.length > 0 || typeof commit !== "string") {
    throw new ProblemsError(attemptOf(folder), problems);
  }
  return { files, commit };
}

function attemptOf(folder: string): string {
  return `adopt the backups in "${folder}"`;
}

function unreadable(folder: string, error: unknown): Problem {
  const said = error instanceof Error ? error.message : String(error);
  return { subject: `folder "${folder}"`, what: "it cannot be read", advice: [said] };
}

async function damaged(
  context: HostContext,
  folder: string,
  files: readonly AdoptedFile[],
): Promise<Problem[]> {
  if (files.length === 0) return [];
  const session = await openSession(context, {
    purpose: "adopt",
    commands: ADOPT_COMMANDS,
    mounts: [{ type: "bind", source: folder, target: ADOPTED, readOnly: true }],
  });
  try {
    return (await Promise.all(files.map((file) => fileProblems(session, file)))).flat();
  } finally {
    await session.end();
  }
}

async function freeId(context: HostContext, wanted: string): Promise<string> {
  const taken = new Set((await readManifests(context)).map(({ id }) => id));
  for (let number = 2, id = wanted; ; number += 1) {
    if (!taken.has(id)) return id;
    id = `${wanted}-${number}`;
  }
}

/** A volume of the same name, but for the prefix, is what the ordinary reader can read. */
async function archive(
  context: HostContext,
  folder: string,
  { file, volume }: AdoptedFile,
  part: string,
): Promise<ManifestVolume> {
  return withScratchVolume(context, volume.name, async (scratch, beside) => {
    const session = await openSession(context, {
      purpose: "adopt",
      commands: ADOPT_COMMANDS,
      mounts: [
        { type: "bind", source: folder, target: ADOPTED, readOnly: true },
        { ...scratch, target: `${UNPACKED}/data` },
      ],
    });
    await session.run("unpack", file).finally(() => session.end());
    const [read] = await readVolumes({ ...beside, report: () => undefined }, part, [volume]);
    if (read === undefined) throw new Error(`"${file}" was not archived`);
    context.report(
      `adopted ${file} as ${volume.name}: ${read.files} files, ${read.contentBytes} bytes`,
    );
    return { ...read, how: `file copy by the document's own commands, adopted from ${file}` };
  });
}

/** What the document's step 5 wrote down, if it did. */
async function copyState(
  folder: string,
  files: readonly AdoptedFile[],
  part: string,
): Promise<string[]> {
  const date = files[0]?.date ?? "";
  const wanted = [`container-state-${date}.txt`, `network-state-${date}.txt`];
  const found = (await readdir(folder)).filter((name) => wanted.includes(name));
  if (found.length > 0) await makePrivateFolder(join(part, "state"));
  for (const name of found) await copyFile(join(folder, name), join(part, "state", name));
  return found.map((name) => `state/${name}`);
}

async function manifestOf(
  context: HostContext,
  adopted: {
    readonly id: string;
    readonly commit: string;
    readonly files: readonly AdoptedFile[];
    readonly volumes: ManifestVolume[];
    readonly stateFiles: string[];
  },
): Promise<Manifest> {
  const { id, commit, files, volumes, stateFiles } = adopted;
  return {
    ...{ version: MANIFEST_VERSION, id, kind: "adopted", stack: "pre-simplification" },
    ...{ afterChange: 0, commit, volumes, stateFiles },
    sequence: 1 + Math.max(0, ...(await readManifests(context)).map((other) => other.sequence)),
    application: await firstCommit(context),
    // The document saves none: those that are there now go with it.
    untracked: await saveUntracked(context, context.application.untrackedPaths),
    madeAt: dayOf(files[0]?.date ?? "") ?? new Date().toISOString(),
    namePrefix: context.namePrefix,
    ...{ untrackedFolder: null, gitBundle: null, images: null },
  };
}

/** The manifest last: it is what makes a folder a backup. */
async function writeAll(part: string, manifest: Manifest): Promise<Verification> {
  const at = new Date().toISOString();
  const verification: Verification = { level: "archive", at, ok: true, problems: [] };
  await writeReadme(part, manifest);
  await addVerification(part, verification);
  await writeManifest(part, manifest);
  return verification;
}
