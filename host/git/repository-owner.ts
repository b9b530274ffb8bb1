import { stat } from "node:fs/promises";
import type { HostContext } from "../context";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom git runs as: root works in the team's repository as the repository's owner, or files of root would be left in it
 * that the team can no longer change. Undefined means as this process.
 */
export async function repositoryOwner(context: HostContext): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const { uid, gid } = await stat(context.repository);
  return uid === 0 ? undefined : { uid, gid };
}
