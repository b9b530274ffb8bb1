import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { HostContext } from "../../host/context";
import { isErrno, makePrivateFolder } from "../../host/durable-file";

/** Makes a folder for the pipes and lists that this process and a helper share; what killed processes left is removed first. */
export async function makeExchangeFolder(context: HostContext): Promise<string> {
  const all = join(context.stateDirectory, "exchange");
  await sweep(all);
  const folder = join(all, `${process.pid}-${randomUUID()}`);
  await makePrivateFolder(folder);
  return folder;
}

export async function removeExchangeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

async function sweep(all: string): Promise<void> {
  const names = await readdir(all).catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  });
  const stale = names.filter((name) => !isRunning(Number.parseInt(name, 10)));
  await Promise.all(stale.map((name) => rm(join(all, name), { recursive: true, force: true })));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, "ESRCH");
  }
}
