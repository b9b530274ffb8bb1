import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { imageSources } from "../plan/release/image-sources";
import { ProblemsError } from "../plan/problem";
import type { Topology } from "../plan/application/topology";
import { makePipe, type Pipe } from "./archives/pipe";
import type { HostContext } from "../host/context";
import { inspectContainer } from "../host/docker/containers";
import { type HelperMount, runHelper } from "../host/docker/helper";
import { exportImages, imageId, importImages, nameImage } from "../host/docker/images";
import { statePath } from "../host/state-directory";
import { makeExchangeFolder, removeExchangeFolder } from "./volumes/exchange-folder";
import { together } from "./volumes/volume-session";
import { listBackups } from "./format/list";
import { type Manifest, readManifest } from "./format/manifest";
import { fileChecksum, imagesFinding } from "./format/verify-archive";

export type SavedImages = NonNullable<Manifest["images"]>;

const FILE = "images.tar.zst";
const SAVE = readFileSync(join(__dirname, "save-images.sh"), "utf8");
const LOAD = readFileSync(join(__dirname, "load-images.sh"), "utf8");

/**
 * Saves the images that the containers of a topology were made of into the folder of a backup, and the helper's, so that going back needs
 * no registry. `names` gives the reference of each service's image as changes name it; Docker may know only its id. Memory stays flat.
 */
export async function saveImages(
  context: HostContext,
  topology: Topology,
  names: Readonly<Record<string, string>>,
  part: string,
): Promise<SavedImages> {
  const started = performance.now();
  const references = await referencesOf(context, topology, names);
  const stream = await exportImages(context.docker, references);
  await throughHelper(context, part, SAVE, (pipe) => pipe.write(stream));
  const path = join(part, FILE);
  const { size } = await stat(path);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  context.report(`saved ${references.length} images: ${size} bytes in ${seconds} s`);
  return { file: FILE, bytes: size, sha256: await fileChecksum(path), references };
}

/**
 * Loads images that this Docker host lacks from the backups that hold them; what no backup holds stays missing. Returns those that
 * came.
 *
 * @throws ProblemsError where a file of images is not what was written, before anything is loaded.
 */
export async function loadMissingImages(
  context: HostContext,
  references: readonly string[],
  attempt: string,
): Promise<string[]> {
  const missing = await missingOf(context, [...new Set(references)]);
  if (missing.length === 0) return [];
  const sources = imageSources(missing, await listBackups(context));
  const backups = [...new Set(sources.map(({ backup }) => backup))];
  await refuseDamaged(context, backups, attempt);
  for (const id of backups) {
    await loadAll(context, id);
    const loaded = sources.filter(({ backup }) => backup === id);
    context.report(
      `loaded from backup ${id}: ${loaded.map(({ reference }) => reference).join(", ")}`,
    );
  }
  const loaded = sources.map(({ reference }) => reference);
  const [lost] = await missingOf(context, loaded);
  if (lost !== undefined) throw new Error(`image "${lost}" was not in the backup that promised it`);
  return loaded;
}

/** Docker gives every loaded image its name, also one that means something newer here by now: that is given back. */
async function loadAll(context: HostContext, id: string): Promise<void> {
  const { docker } = context;
  const folder = statePath.backup(context, id);
  const references = (await readManifest(folder)).images?.references ?? [];
  const idsOf = () => Promise.all(references.map((reference) => imageId(docker, reference)));
  const before = await idsOf();
  await throughHelper(context, folder, LOAD, (pipe) => importImages(docker, pipe.read()));
  const after = await idsOf();
  for (const [index, reference] of references.entries()) {
    const was = before[index] ?? null;
    if (was !== null && was !== after[index]) await nameImage(docker, was, reference);
  }
}

async function refuseDamaged(
  context: HostContext,
  backups: readonly string[],
  attempt: string,
): Promise<void> {
  const problems = [];
  for (const id of backups) {
    context.report(`checking the images of backup ${id}`);
    const folder = statePath.backup(context, id);
    const { images } = await readManifest(folder);
    const finding = images === null ? null : await imagesFinding(folder, images);
    if (finding === null) continue;
    const note = `or let it be noted, so that it is not used any more: rollback backups verify ${id}`;
    const advice = [...finding.advice, note];
    problems.push({ subject: `backup "${id}"`, what: finding.what, advice });
  }
  if (problems.length > 0) throw new ProblemsError(attempt, problems);
}

async function missingOf(context: HostContext, references: readonly string[]): Promise<string[]> {
  const ids = await Promise.all(references.map((reference) => imageId(context.docker, reference)));
  return references.filter((_, index) => ids[index] === null);
}

/** By a name, as long as that still means the image that the container was made of; else by its id. */
async function referencesOf(
  context: HostContext,
  topology: Topology,
  names: Readonly<Record<string, string>>,
): Promise<string[]> {
  const references = await Promise.all(
    topology.services.map(async ({ name, containerName }) => {
      const info = await inspectContainer(context, containerName);
      if (info === undefined) return [];
      const possible = [names[name], info.Config.Image].filter((each) => each !== undefined);
      const ids = await Promise.all(possible.map((each) => imageId(context.docker, each)));
      return [possible[ids.indexOf(info.Image)] ?? info.Image];
    }),
  );
  return [...new Set([...references.flat(), context.helperImage])].sort();
}

/** Docker's API on one side of a pipe, a helper that has the backup's folder on the other. */
async function throughHelper(
  context: HostContext,
  folder: string,
  script: string,
  work: (pipe: Pipe) => Promise<void>,
): Promise<void> {
  const session = await makeExchangeFolder(context);
  const mounts: HelperMount[] = [
    { type: "bind", source: folder, target: "/backup", readOnly: script === LOAD },
    { type: "bind", source: session, target: "/session", readOnly: false },
  ];
  try {
    const pipe = await makePipe(session, "pipe");
    const run = { purpose: "images", script, arguments: ["pipe", FILE], mounts };
    await together([runHelper(context, run), work(pipe)], () => pipe.remove());
  } finally {
    await removeExchangeFolder(session);
  }
}
