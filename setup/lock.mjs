import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cacheRoot, isAlive, removeLeftovers } from "./cache.mjs";
import { say } from "./terminal.mjs";

const WAIT_LIMIT_MILLISECONDS = 60 * 60 * 1000;
const lockFolder = join(cacheRoot, "lock");

/** Number and start time: a number alone may have been given to another process since. */
async function identityOf(pid) {
  try {
    const status = await readFile(`/proc/${pid}/stat`, "utf8");
    const afterName = status.slice(status.lastIndexOf(")") + 2).split(" ");
    return `${pid} ${afterName[19]}`;
  } catch {
    return `${pid}`;
  }
}

async function readHolder() {
  const holder = await readFile(join(lockFolder, "holder"), "utf8").catch(() => undefined);
  if (holder === undefined) return undefined;
  const pid = Number(holder.split(" ")[0]);
  return { pid, alive: isAlive(pid) && (await identityOf(pid)) === holder };
}

/** A folder that already names its holder is moved into place, which succeeds for one process only. */
async function tryAcquire() {
  const own = `${lockFolder}.${process.pid}`;
  await rm(own, { recursive: true, force: true });
  await mkdir(own, { recursive: true });
  await writeFile(join(own, "holder"), await identityOf(process.pid));
  try {
    await rename(own, lockFolder);
    return true;
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    if (error.code === "ENOTEMPTY" || error.code === "EEXIST") return false;
    throw error;
  }
}

async function removeStale() {
  const stale = `${lockFolder}.stale.${process.pid}`;
  await rename(lockFolder, stale).catch(() => undefined);
  await rm(stale, { recursive: true, force: true });
}

async function acquire() {
  const deadline = Date.now() + WAIT_LIMIT_MILLISECONDS;
  let told = false;
  while (!(await tryAcquire())) {
    const holder = await readHolder();
    if (holder && !holder.alive) {
      await removeStale();
      continue;
    }
    if (holder && !told)
      say(`  waiting for another set-up on this machine (process ${holder.pid})`);
    told ||= holder !== undefined;
    if (Date.now() > deadline) {
      throw new Error(
        `process ${holder?.pid} has held ${lockFolder} for an hour: stop it, then try again`,
      );
    }
    await delay(500);
  }
}

/** Runs `action` while no other set-up on this machine changes the cache or the images. A dead holder's lock is taken over. */
export async function withLock(action) {
  await mkdir(cacheRoot, { recursive: true });
  await acquire();
  try {
    await removeLeftovers();
    return await action();
  } finally {
    await rm(lockFolder, { recursive: true, force: true });
  }
}
