import { copyFile, cp, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { baseImageRecipe, bootstrapBase, tryPull } from "./base-image.mjs";
import { cacheRoot, contentHash, temporaryName, toolchainRoot, valueHash } from "./cache.mjs";
import { buildProgram, programFolder } from "./go.mjs";
import { run, tryRun } from "./run.mjs";
import { BASE_IMAGE, IMAGES } from "./versions.mjs";

const PROXY_VARIABLES = ["http_proxy", "https_proxy", "no_proxy"];
const imageFolder = (name) => join(toolchainRoot, "images", name);

/** The short name that Docker itself lists ("postgres:15"). */
const shortName = (image) => image.replace(/^docker\.io\/(library\/)?/, "");

const exists = async (image) =>
  (await tryRun("docker", ["image", "inspect", "--format", "{{.Id}}", image])) !== undefined;

/**
 * The certificates that this machine trusts: behind a proxy with an authority of its own, builds on the image need them too.
 * Undefined where the image does not build anything, or the machine has no such file.
 */
async function trustedCertificates(name) {
  if (!IMAGES[name].buildsOthers) return undefined;
  const file = process.env.SSL_CERT_FILE ?? "/etc/ssl/certs/ca-certificates.crt";
  return readFile(file).catch(() => undefined);
}

/** Tag of the locally built image; it changes with everything the image is made of. */
export async function localTag(name, processor) {
  const { version, program } = IMAGES[name];
  const programKey = program ? basename(await programFolder(program, processor)) : undefined;
  const certificates = (await trustedCertificates(name))?.toString("base64");
  const hash = await contentHash(imageFolder(name), { baseImageRecipe, programKey, certificates });
  return `motovaultpro-rollback/${name}:${version}-${hash}`;
}

/** The image that is here already: the one built here before the official one. */
export async function findImage(name, processor) {
  const tag = await localTag(name, processor);
  if (await exists(tag)) return { image: tag, source: "cache" };
  const { official } = IMAGES[name];
  if (official && (await exists(shortName(official)))) {
    return { image: shortName(official), source: "already pulled" };
  }
  return undefined;
}

/** Gives the images of one run their base: pulled where a registry answers, else made here. Asked once. */
export function createImageMaker(processor) {
  let base;

  async function decideBase() {
    if (await tryPull(BASE_IMAGE.official)) {
      return { image: shortName(BASE_IMAGE.official), registryAnswers: true };
    }
    const tag = `motovaultpro-rollback/debian:${BASE_IMAGE.version}-${valueHash(baseImageRecipe)}`;
    if (!(await exists(tag))) await bootstrapBase(tag);
    return { image: tag, registryAnswers: false };
  }

  async function make(name) {
    base ??= decideBase();
    const { image, registryAnswers } = await base;
    const { official } = IMAGES[name];
    if (official && registryAnswers && (await tryPull(official))) {
      return { image: shortName(official), source: "registry" };
    }
    const tag = await localTag(name, processor);
    await build(name, tag, image, processor);
    return { image: tag, source: `built from toolchain/images/${name}` };
  }

  return make;
}

async function fillContext(name, context, processor) {
  await rm(context, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  await cp(imageFolder(name), context, { recursive: true });
  const certificates = await trustedCertificates(name);
  if (certificates) await writeFile(join(context, "ca-certificates.crt"), certificates);
  const { program } = IMAGES[name];
  if (!program) return;
  const built = join(await buildProgram(program, processor), program);
  await link(built, join(context, program)).catch(() => copyFile(built, join(context, program)));
}

function buildArguments(tag, base, context) {
  const proxies = PROXY_VARIABLES.filter((variable) => process.env[variable]);
  const values = [`BASE=${base}`, ...proxies].flatMap((value) => ["--build-arg", value]);
  return ["build", "--force-rm", ...values, "--tag", tag, context];
}

async function build(name, tag, base, processor) {
  const context = temporaryName(join(cacheRoot, `image-${name}`));
  try {
    await fillContext(name, context, processor);
    await run("docker", buildArguments(tag, base, context));
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
