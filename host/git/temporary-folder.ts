import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostContext } from "../context";
import { repositoryOwner } from "./repository-owner";

/** Lends a private folder in which git may write, and removes it whatever happens. */
export async function withTemporaryFolder<T>(
  context: HostContext,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "motovaultpro-git-"));
  try {
    const owner = await repositoryOwner(context);
    if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
