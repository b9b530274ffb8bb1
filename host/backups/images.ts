import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Topology } from "../../plan/topology";
import { makePipe } from "../archives/pipe";
import { dockerName, type HostContext, type Progress } from "../context";
import { inspectContainer } from "../docker/containers";
import { type HelperMount, runHelper } from "../docker/helper";
import { exportImages, imageId, importImages } from "../docker/images";
import { statePath } from "../state-directory";
import { together } from "../volumes/volume-session";
import { type Manifest, readManifest } from "./manifest";
import { fileChecksum } from "./verify-archive";

export type SavedImages = NonNullable<Manifest["images"]>;

const FILE = "images.tar.zst";
const SAVE = `zstd -T0 -1 -q < "/session/$1" > "/backup/$2"`;
const LOAD = `zstd -dcq -- "/backup/$2" > "/session/$1"`;

/**
 * Saves the images that the containers of a topology were made of into the folder of a backup, so that going back needs no registry;
 * null where there is no such container. Memory stays flat.
 */
export async function saveImages(
  context: HostContext,
  topology: Topology,
  part: string,
  progress: Progress,
): Promise<SavedImages | null> {
  const started = performance.now();
  const references = await referencesOf(context, topology);
  if (references.length === 0) return null;
  const stream = await exportImages(context.docker, references);
  await throughHelper(context, part, SAVE, (pipe) => pipe.write(stream));
  const path = join(part, FILE);
  const { size } = await stat(path);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  progress(`saved ${references.length} images: ${size} bytes in ${seconds} s`);
  return { file: FILE, bytes: size, sha256: await fileChecksum(path), references };
}

/**
 * Loads images from a backup, if any of these is missing on this Docker host and the backup has it. Returns those that came.
 *
 * @throws Error when the file of images is not what was written.
 */
export async function loadImages(
  context: HostContext,
  id: string,
  references: readonly string[],
  progress: Progress,
): Promise<string[]> {
  const folder = statePath.backup(context, id);
  const { images } = await readManifest(folder);
  const held = references.filter((reference) => images?.references.includes(reference) === true);
  const missing = await missingOf(context, held);
  if (images === null || missing.length === 0) return [];
  if ((await fileChecksum(join(folder, images.file))) !== images.sha256) {
    throw new Error(`the images of backup "${id}" are not what was written: does the disk fail?`);
  }
  await throughHelper(context, folder, LOAD, (pipe) => importImages(context.docker, pipe.read()));
  const [lost] = await missingOf(context, missing);
  if (lost !== undefined) throw new Error(`image "${lost}" was not in backup "${id}"`);
  progress(`loaded ${missing.length} images from ${id}`);
  return missing;
}

async function missingOf(context: HostContext, references: readonly string[]): Promise<string[]> {
  const ids = await Promise.all(references.map((reference) => imageId(context.docker, reference)));
  return references.filter((_, index) => ids[index] === null);
}

/** By name; one whose name was given to another image since the container was made, by its id. */
async function referencesOf(context: HostContext, topology: Topology): Promise<string[]> {
  const references = await Promise.all(
    topology.services.map(async ({ name }) => {
      const info = await inspectContainer(context, dockerName(context, name));
      if (info === undefined) return [];
      const named = await imageId(context.docker, info.Config.Image);
      return [named === info.Image ? info.Config.Image : info.Image];
    }),
  );
  return [...new Set(references.flat())].sort();
}

/** Docker's API on one side of a pipe, a helper that has the backup's folder on the other. */
async function throughHelper(
  context: HostContext,
  folder: string,
  script: string,
  work: (pipe: Awaited<ReturnType<typeof makePipe>>) => Promise<void>,
): Promise<void> {
  const session = join(folder, ".images");
  await mkdir(session, { mode: 0o700, recursive: true });
  const pipe = await makePipe(session, "pipe");
  const mounts: HelperMount[] = [
    { type: "bind", source: folder, target: "/backup", readOnly: script === LOAD },
    { type: "bind", source: session, target: "/session", readOnly: false },
  ];
  try {
    const helper = runHelper(context, {
      purpose: "images",
      script,
      arguments: ["pipe", FILE],
      mounts,
    });
    await together([helper, work(pipe)], () => pipe.remove());
  } finally {
    await rm(session, { recursive: true, force: true });
  }
}
