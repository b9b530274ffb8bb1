import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const repositoryRoot = resolve(fileURLToPath(new URL("..", import.meta.url)));
export const toolchainRoot = join(repositoryRoot, "toolchain");

/** Outside the clone, so that a second clone on the same machine builds nothing. */
export const cacheRoot = resolve(
  process.env.MOTOVAULTPRO_ROLLBACK_CACHE ??
    join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "motovaultpro-rollback"),
);

async function listFiles(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

const sha256 = (content) => createHash("sha256").update(content).digest("hex");

/** Twelve hexadecimal digits that change with anything in the value. */
export const valueHash = (value) => sha256(JSON.stringify(value)).slice(0, 12);

/** Twelve hexadecimal digits that change with any file of the folder and with anything in `also`. */
export async function contentHash(folder, also) {
  const files = [];
  for (const file of await listFiles(folder)) {
    files.push([relative(folder, file), sha256(await readFile(file))]);
  }
  return valueHash({ files, also });
}

/** Whether a process with that number runs on this machine. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** A name beside the final one that says which process writes to it. */
export const temporaryName = (path) => `${path}.${process.pid}.tmp`;

/** Removes what interrupted set-ups left half done. */
export async function removeLeftovers() {
  const entries = await readdir(cacheRoot, { withFileTypes: true, recursive: true });
  const leftovers = entries.filter((entry) => {
    const writer = /\.(\d+)\.tmp(\.tar)?$/.exec(entry.name)?.[1];
    return writer !== undefined && !isAlive(Number(writer));
  });
  for (const entry of leftovers) {
    await rm(join(entry.parentPath ?? entry.path, entry.name), { recursive: true, force: true });
  }
}

/**
 * Fills a folder of the cache: `fill` writes into a temporary one, which takes the final name when it is complete.
 * An interrupted set-up so never leaves half an artefact behind.
 */
export async function publish(folder, fill) {
  if (existsSync(folder)) return folder;
  const temporary = temporaryName(folder);
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    await fill(temporary);
    await rename(temporary, folder).catch((error) => {
      // Another set-up was faster: its folder has the same content, the name says so.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}
