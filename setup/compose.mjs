import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot, publish } from "./cache.mjs";
import { composeAddress, composeDownloadsAnswer, downloadFile } from "./download.mjs";
import { buildProgram, programFolder } from "./go.mjs";
import { tryRun } from "./run.mjs";
import { COMPOSE_MINIMUM, COMPOSE_PROGRAM, COMPOSE_VERSION } from "./versions.mjs";

const officialFolder = join(cacheRoot, "official", `${COMPOSE_PROGRAM}-${COMPOSE_VERSION}`);

const isUsable = (version) =>
  version.trim().replace(/^v/, "").localeCompare(COMPOSE_MINIMUM, "en", { numeric: true }) >= 0;

/** The Compose of the team, as Docker's plugin or by its own name; it needs no folder in front of PATH. */
async function findInstalled() {
  const commands = [
    ["docker", ["compose", "version", "--short"]],
    [COMPOSE_PROGRAM, ["version", "--short"]],
  ];
  for (const [command, args] of commands) {
    const version = await tryRun(command, args, { timeout: 10_000 });
    if (version !== undefined && isUsable(version)) return { source: "PATH" };
  }
  return undefined;
}

/** A Compose that is new enough, without downloading or building. */
export async function findCompose() {
  const folders = [officialFolder, await programFolder(COMPOSE_PROGRAM)];
  const folder = folders.find((candidate) => existsSync(join(candidate, COMPOSE_PROGRAM)));
  return (await findInstalled()) ?? (folder && { folder, source: "cache" });
}

/** Downloads Compose, or builds it. */
export async function makeCompose() {
  if (await tryDownload()) return { folder: officialFolder, source: "official download" };
  const folder = await buildProgram(COMPOSE_PROGRAM);
  return { folder, source: `built from toolchain/${COMPOSE_PROGRAM}` };
}

async function tryDownload() {
  if (!(await composeDownloadsAnswer())) return false;
  try {
    await publish(officialFolder, async (temporary) => {
      const file = join(temporary, COMPOSE_PROGRAM);
      await downloadFile(composeAddress(COMPOSE_VERSION), file);
      await chmod(file, 0o755);
      const version = await tryRun(file, ["version", "--short"]);
      if (version === undefined) throw new Error("what was downloaded does not run");
    });
    return true;
  } catch {
    // Whatever is wrong with the download, the build from source does not need it.
    return false;
  }
}
