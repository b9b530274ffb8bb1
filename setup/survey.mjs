import { tryRun } from "./run.mjs";
import { findCompose } from "./compose.mjs";
import { findEngine } from "./engine.mjs";
import { findImage } from "./images.mjs";
import { packagesInstalled } from "./packages.mjs";
import { findCli, findPlugin } from "./pulumi.mjs";
import { IMAGES, PLUGINS } from "./versions.mjs";

const hostProcessor = { x64: "amd64", arm64: "arm64" }[process.arch] ?? process.arch;

async function findAll(names, find) {
  const found = await Promise.all(names.map(async (name) => [name, await find(name)]));
  return Object.fromEntries(found);
}

/** What is there already; nothing is changed, downloaded or built. */
export async function survey() {
  const engine = await findEngine();
  const processor = engine?.processor ?? hostProcessor;
  const findOne = (name) => (engine ? findImage(name, processor) : undefined);
  const [packages, cli, compose, plugins, images, git, shellcheck] = await Promise.all([
    packagesInstalled(),
    findCli(),
    findCompose(),
    findAll(Object.keys(PLUGINS), findPlugin),
    findAll(Object.keys(IMAGES), findOne),
    tryRun("git", ["--version"]),
    tryRun("shellcheck", ["--version"]),
  ]);
  return {
    ...{ engine, processor, packages, cli, compose, plugins, images },
    git: git !== undefined,
    shellcheck: shellcheck !== undefined,
  };
}

/** Names of the plugins or images that have to be made. */
export function missingOf(found) {
  return Object.keys(found).filter((name) => found[name] === undefined);
}

/** Whether nothing has to be made. */
export function isComplete(found) {
  const { engine, packages, cli, compose, plugins, images, shellcheck } = found;
  const missing = [...missingOf(plugins), ...missingOf(images)];
  return Boolean(engine && packages && cli && compose && shellcheck) && missing.length === 0;
}
