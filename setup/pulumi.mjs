import { existsSync } from "node:fs";
import { copyFile, link, mkdir } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { cacheRoot, publish } from "./cache.mjs";
import { cliAddress, downloadArchive, pluginAddress, pulumiDownloadsAnswer } from "./download.mjs";
import { buildProgram, programFolder } from "./go.mjs";
import { tryRun } from "./run.mjs";
import { PLUGINS, PULUMI_MINIMUM, PULUMI_VERSION } from "./versions.mjs";

const CLI_PROGRAMS = ["pulumi", "pulumi-language-nodejs"];
const officialCli = join(cacheRoot, "official", `pulumi-${PULUMI_VERSION}`);

const officialPlugin = (name) =>
  join(cacheRoot, "official", `pulumi-resource-${name}-${PLUGINS[name].version}`);

const holds = (folder, programs) => programs.every((program) => existsSync(join(folder, program)));

function isUsable(version) {
  const [major, minor] = version.split(".").map(Number);
  const [wantedMajor, wantedMinor] = PULUMI_MINIMUM.split(".").map(Number);
  return major === wantedMajor && minor >= wantedMinor;
}

/** The folder of a Pulumi on PATH with its language host beside it and a version that runs the program. */
async function findCliOnPath() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const folder = folders.find((candidate) => existsSync(join(candidate, "pulumi")));
  if (!folder || !holds(folder, CLI_PROGRAMS)) return undefined;
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const version = await tryRun(join(folder, "pulumi"), ["version"], { env, timeout: 10_000 });
  return version && isUsable(version.trim().replace(/^v/, "")) ? folder : undefined;
}

async function builtCliFolder() {
  const folders = await Promise.all(CLI_PROGRAMS.map((program) => programFolder(program)));
  const hashes = folders.map((folder) => basename(folder).split("-").at(-1));
  return join(cacheRoot, "cli", `${PULUMI_VERSION}-${hashes.join("-")}`);
}

/** Where a usable Pulumi is, without downloading or building: the one on PATH before the one in the cache. */
export async function findCli() {
  const onPath = await findCliOnPath();
  if (onPath) return { folder: onPath, source: onPath.startsWith(cacheRoot) ? "cache" : "PATH" };
  const cached = [officialCli, await builtCliFolder()].find((folder) =>
    holds(folder, CLI_PROGRAMS),
  );
  return cached ? { folder: cached, source: "cache" } : undefined;
}

async function place(program, from, folder) {
  const target = join(folder, program);
  await link(join(from, program), target).catch(() => copyFile(join(from, program), target));
}

async function tryDownload(address, folder, strip, programs) {
  if (!(await pulumiDownloadsAnswer())) return false;
  try {
    await publish(folder, (temporary) => downloadArchive(address, temporary, strip));
  } catch {
    // Whatever is wrong with the download, the build from source does not need it.
    return false;
  }
  return holds(folder, programs);
}

/** Downloads Pulumi, or builds it and its language host into one folder: beside each other they need no PATH of their own. */
export async function makeCli() {
  if (await tryDownload(cliAddress(PULUMI_VERSION), officialCli, 1, CLI_PROGRAMS)) {
    return { folder: officialCli, source: "official download" };
  }
  const built = [];
  for (const program of CLI_PROGRAMS) built.push(await buildProgram(program));
  const folder = await publish(await builtCliFolder(), async (temporary) => {
    for (const [index, program] of CLI_PROGRAMS.entries()) {
      await place(program, built[index], temporary);
    }
  });
  return { folder, source: "built from toolchain/" };
}

/** The cache's folder of the plugin's program, or undefined. */
export async function findPlugin(name) {
  const { program } = PLUGINS[name];
  const candidates = [officialPlugin(name), await programFolder(program)];
  const folder = candidates.find((candidate) => holds(candidate, [program]));
  return folder ? { folder, source: "cache" } : undefined;
}

/** Downloads or builds a plugin. */
export async function makePlugin(name) {
  const { version, program } = PLUGINS[name];
  const folder = officialPlugin(name);
  if (await tryDownload(pluginAddress(name, version), folder, 0, [program])) {
    return { folder, source: "official download" };
  }
  return { folder: await buildProgram(program), source: `built from toolchain/${program}` };
}

/** One folder with all plugins, named as Pulumi names them: PULUMI_HOME/plugins can be a link to it. */
export async function assemblePlugins(plugins) {
  const names = Object.keys(PLUGINS);
  const key = names.map((name) => basename(plugins[name].folder).replace("pulumi-resource-", ""));
  return publish(join(cacheRoot, "plugins", key.join("_")), async (temporary) => {
    for (const name of names) {
      const { version, program } = PLUGINS[name];
      const target = join(temporary, `resource-${name}-v${version}`);
      await mkdir(target);
      await place(program, plugins[name].folder, target);
    }
  });
}
