import { createReadStream } from "node:fs";
import { access, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makePipe } from "./archives/pipe";
import { type Problem, ProblemsError } from "../plan/problem";
import type { HostContext } from "../host/context";
import { syncFolder } from "../host/durable-file";
import { firstCommit } from "../host/git/first-commit";
import { statePath } from "../host/state-directory";
import { VOLUME } from "./volumes/commands";
import { freshName, together, withVolumeSession } from "./volumes/volume-session";
import { hasBackup } from "./format/list";
import { type Manifest, readManifest } from "./format/manifest";
import { newBackup } from "./new-backup";
import { seal, unseal } from "./seal";
import { archiveFindings, imagesFinding } from "./format/verify-archive";

const READ_BYTES = 1024 * 1024;
const PRIVATE_FILE = 0o600;

/**
 * Writes a whole backup, secrets included, to one file for another place: encrypted for the recipients, plain tar where there are
 * none. The file appears under its name only when it is complete.
 */
export async function exportBackup(
  context: HostContext,
  id: string,
  file: string,
  recipients: readonly string[],
): Promise<number> {
  const part = `${file}.part`;
  try {
    const bytes = await inFolder(context, statePath.backup(context, id), true, async (pipe) => {
      const content = pipe.read();
      return writeAll(part, recipients.length === 0 ? content : await seal(content, recipients));
    });
    await rename(part, file);
    await syncFolder(dirname(file));
    return bytes;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/**
 * Imports a backup that `exportBackup` wrote: it counts as a backup only when every archive in it has its checksum. The caller
 * holds the lock.
 *
 * @throws ProblemsError when its id is taken, it is of another application, or an archive is damaged.
 */
export async function importExported(
  context: HostContext,
  file: string,
  identityFile: string | undefined,
): Promise<Manifest> {
  const read = createReadStream(file, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>;
  const content = identityFile === undefined ? read : await unseal(read, identityFile);
  return newBackup(context, async (part) => {
    await inFolder(context, part, false, (pipe) => pipe.write(content));
    const manifest = await readManifest(part);
    const problems = await problemsOf(context, part, manifest);
    if (problems.length > 0) throw new ProblemsError(`import "${file}"`, problems);
    return manifest;
  });
}

async function problemsOf(
  context: HostContext,
  part: string,
  manifest: Manifest,
): Promise<Problem[]> {
  const subject = `backup "${manifest.id}"`;
  const problems: Problem[] = [];
  if (await hasBackup(context, manifest.id)) {
    problems.push({ subject, what: "is here already", advice: ["rollback backups show it"] });
  }
  if (manifest.application !== (await firstCommit(context))) {
    problems.push({
      subject,
      what: "is a backup of another application",
      advice: ["its repository begins with another commit than this one"],
    });
  }
  for (const volume of manifest.volumes) {
    const findings = await archiveFindings(part, volume);
    problems.push(...findings.map((finding) => ({ subject, ...finding })));
  }
  const damaged = manifest.images === null ? null : await imagesFinding(part, manifest.images);
  if (damaged !== null) problems.push({ subject, ...damaged });
  return problems;
}

type TarPipe = Awaited<ReturnType<typeof makePipe>>;

/** Joins our side of a pipe with a tar of a folder in a helper, which alone can keep owners. */
async function inFolder<T>(
  context: HostContext,
  folder: string,
  reads: boolean,
  work: (pipe: TarPipe) => Promise<T>,
): Promise<T> {
  await access(join(folder));
  const mount = { type: "bind", source: folder, target: VOLUME, readOnly: reads } as const;
  return withVolumeSession(context, "transfer", [mount], async (session) => {
    const name = freshName();
    const pipe = await makePipe(session.folder, name);
    const tar = session.run(reads ? "read_volume" : "write_stream", VOLUME, name);
    const done = work(pipe);
    await together([tar, done], () => pipe.remove());
    return done;
  });
}

async function writeAll(file: string, content: AsyncIterable<Buffer>): Promise<number> {
  const handle = await open(file, "wx", PRIVATE_FILE);
  let bytes = 0;
  try {
    for await (const piece of content) {
      await handle.writeFile(piece);
      bytes += piece.length;
    }
    await handle.sync();
    return bytes;
  } finally {
    await handle.close();
  }
}
