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

/**
 * Fills a folder of the cache: `fill` writes into a temporary one, which takes the final name when it is complete.
 * An interrupted set-up so never leaves half an artefact behind.
 */
export async function publish(folder, fill) {
  if (existsSync(folder)) return folder;
  const temporary = `${folder}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    await fill(temporary);
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}
