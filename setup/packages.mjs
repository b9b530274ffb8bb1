import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "./cache.mjs";
import { run } from "./run.mjs";

async function readPackages(...path) {
  const text = await readFile(join(repositoryRoot, ...path), "utf8").catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text).packages;
}

/**
 * Whether node_modules holds exactly what package-lock.json asks for, by npm's own list of what it installed.
 * Optional packages of other platforms may be absent.
 */
export async function packagesInstalled() {
  const locked = await readPackages("package-lock.json");
  const installed = await readPackages("node_modules", ".package-lock.json");
  if (!locked || !installed) return false;
  const same = (a, b) => a.version === b.version && a.integrity === b.integrity;
  const missing = Object.entries(locked).some(
    ([path, entry]) =>
      path !== "" && !(installed[path] ? same(installed[path], entry) : entry.optional),
  );
  return !missing && Object.keys(installed).every((path) => locked[path] !== undefined);
}

/** Installs what the lock file says, after removing what is there. */
export async function installPackages() {
  await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: repositoryRoot });
  return "npm ci";
}
