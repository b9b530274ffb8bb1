import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot, temporaryName } from "./cache.mjs";
import { installDebianPackages } from "./engine.mjs";
import { run, tryRun } from "./run.mjs";
import { BASE_IMAGE } from "./versions.mjs";

const FIRST_ANSWER_MILLISECONDS = 8_000;

// Documentation and translations are left out, as in the official slim image.
const MMDEBSTRAP_OPTIONS = [
  "--variant=minbase",
  "--dpkgopt=path-exclude=/usr/share/doc/*",
  "--dpkgopt=path-exclude=/usr/share/locale/*",
  "--dpkgopt=path-exclude=/usr/share/man/*/man*",
];

/** What the content of the local base image depends on. */
export const baseImageRecipe = { ...BASE_IMAGE, options: MMDEBSTRAP_OPTIONS };

// The engine is asked and not the network, since it may know a mirror or a proxy.
async function pull(image, onAnswer) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), FIRST_ANSWER_MILLISECONDS);
  const onOutput = (text) => {
    if (!text.includes("Pulling from")) return;
    clearTimeout(timer);
    onAnswer?.(controller);
  };
  const output = await tryRun("docker", ["pull", image], { onOutput, signal: controller.signal });
  clearTimeout(timer);
  return output !== undefined;
}

/** Pulls an image; false when the registry does not begin to answer within a few seconds or refuses. */
export const tryPull = (image) => pull(image);

/** Whether the engine reaches the registry; a pull that begins is proof enough and is stopped. */
export async function registryAnswersEngine() {
  let answered = false;
  const complete = await pull(BASE_IMAGE.official, (controller) => {
    answered = true;
    controller.abort();
  });
  return answered || complete;
}

async function ensureMmdebstrap() {
  const found = await tryRun("mmdebstrap", ["--version"]);
  if (found === undefined) await installDebianPackages(["mmdebstrap"]);
}

/** Makes Debian's base system from its package archive and imports it under the tag. */
export async function bootstrapBase(tag) {
  await ensureMmdebstrap();
  await mkdir(cacheRoot, { recursive: true });
  const archive = `${temporaryName(join(cacheRoot, "debian"))}.tar`;
  try {
    await run("mmdebstrap", ["--quiet", ...MMDEBSTRAP_OPTIONS, BASE_IMAGE.suite, archive]);
    await run("docker", ["import", "--change", 'CMD ["bash"]', archive, tag]);
  } finally {
    await rm(archive, { force: true });
  }
}
