import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { registryAnswersEngine } from "./base-image.mjs";
import { cacheRoot } from "./cache.mjs";
import { composeDownloadsAnswer, pulumiDownloadsAnswer, registryAnswersHere } from "./download.mjs";
import { isRootOnDebian } from "./engine.mjs";
import { installedGo, requiredGo } from "./go.mjs";
import { tryRun } from "./run.mjs";
import { missingOf } from "./survey.mjs";
import { COMPOSE_PROGRAM, IMAGES, NODE_MINIMUM, PLUGINS } from "./versions.mjs";

const GIBIBYTE = 1024 ** 3;
const BUILD_GIBIBYTES = 16;
const IMAGE_GIBIBYTES = 4;

const isOlder = (version, minimum) => version.localeCompare(minimum, "en", { numeric: true }) < 0;

/** Whether missing images can be pulled; without an engine, this machine's own network is the best guess. */
async function canPull(found) {
  return found.engine ? registryAnswersEngine() : registryAnswersHere();
}

/** The Go programs that no download can replace. */
async function programsToBuild(found, fromRegistry) {
  const images = missingOf(found.images);
  const programs = fromRegistry ? [] : images.map((name) => IMAGES[name].program).filter(Boolean);
  const compose = found.compose || (await composeDownloadsAnswer()) ? [] : [COMPOSE_PROGRAM];
  return [...(await pulumiToBuild(found)), ...compose, ...programs];
}

async function pulumiToBuild(found) {
  const plugins = missingOf(found.plugins);
  if (found.cli && plugins.length === 0) return [];
  if (await pulumiDownloadsAnswer()) return [];
  return [...(found.cli ? [] : ["pulumi"]), ...plugins.map((name) => PLUGINS[name].program)];
}

async function goProblem(programs) {
  if (programs.length === 0) return undefined;
  const [installed, required] = [await installedGo(), await requiredGo()];
  if (installed && !isOlder(installed, required)) return undefined;
  const what = `Go ${required} or newer builds ${programs.join(", ")}, which cannot be downloaded here`;
  return `${what}: found ${installed ?? "no Go"}`;
}

async function engineProblem(found) {
  if (found.engine) return undefined;
  if (process.env.DOCKER_HOST) {
    return "a Docker engine: none answers at DOCKER_HOST; start it or unset the variable";
  }
  if (await isRootOnDebian()) return undefined;
  return "a Docker engine: none answers; start one that this user may use, or run set-up as root on Debian";
}

async function bootstrapProblem(found, fromRegistry) {
  const needed = missingOf(found.images).length > 0 && !fromRegistry;
  if (!needed || (await isRootOnDebian()) || (await tryRun("mmdebstrap", ["--version"])))
    return undefined;
  return "mmdebstrap makes the images, since no registry answers: install it, or run set-up as root on Debian";
}

function existingParent(folder) {
  return existsSync(folder) ? folder : existingParent(dirname(folder));
}

async function diskProblem(found, programs) {
  const images = missingOf(found.images).length > 0 ? IMAGE_GIBIBYTES : 0;
  const needed = images + (programs.length > 0 ? BUILD_GIBIBYTES : 0);
  const { bavail, bsize } = await statfs(existingParent(cacheRoot));
  const free = Math.floor((bavail * bsize) / GIBIBYTE);
  return free < needed
    ? `${needed} GiB of free disk at ${cacheRoot}: found ${free} GiB`
    : undefined;
}

/** Every missing prerequisite, each as one line that says what is needed and what was found. */
export async function missingPrerequisites(found) {
  const fromRegistry = missingOf(found.images).length > 0 && (await canPull(found));
  const programs = await programsToBuild(found, fromRegistry);
  const node = process.versions.node;
  const npmMissing = !found.packages && (await tryRun("npm", ["--version"])) === undefined;
  const problems = [
    isOlder(node, NODE_MINIMUM) ? `Node ${NODE_MINIMUM} or newer: found ${node}` : undefined,
    npmMissing ? "npm, which comes with Node: not found on PATH" : undefined,
    found.git ? undefined : "git: not found on PATH",
    await goProblem(programs),
    await engineProblem(found),
    await bootstrapProblem(found, fromRegistry),
    await diskProblem(found, programs),
  ];
  return problems.filter((problem) => problem !== undefined);
}
