import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { HostContext } from "../../host/context";
import { isErrno, makePrivateFolder } from "../../host/durable-file";
import { isLeftBehind, ownedName } from "../../host/owned-name";

/** Makes a folder for the pipes and lists that this process and a helper share; what killed processes left is removed first. */
export async function makeExchangeFolder(context: HostContext): Promise<string> {
  const all = join(context.stateDirectory, "exchange");
  await sweep(all);
  const folder = join(all, await ownedName());
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
  for (const name of names) {
    if (await isLeftBehind(name)) await rm(join(all, name), { recursive: true, force: true });
  }
}
