import { listBackups } from "../host/backups/list";
import { connect } from "../host/connect";
import type { HostContext } from "../host/context";
import { observeContainers } from "../host/docker/containers";
import { observeGit } from "../host/git";
import { readLock } from "../host/lock/lock";
import { contextPaths } from "../host/observe";
import { readRecorded } from "../host/records/read";
import { existingVolumes } from "../host/volumes/existing";
import type { Facts } from "../plan/observed";
import { UNTRACKED_PATHS } from "../plan/phases";
import { allGovernedVolumes } from "../plan/volumes";
import { type ProjectChoice, readSettings } from "./project";

/** Connects to the host that the project's configuration describes; `attempt` is for messages. */
export async function openProject(choice: ProjectChoice, attempt: string): Promise<HostContext> {
  return connect(contextPaths(await readSettings(choice, attempt)), attempt);
}

/** What the commands for people need to know of the host; host ports are no matter of theirs. */
export async function readFacts(context: HostContext): Promise<Facts> {
  const [changes, containers, volumes, backups, git, lock] = await Promise.all([
    readRecorded(context),
    observeContainers(context),
    existingVolumes(context, allGovernedVolumes),
    listBackups(context),
    observeGit(context, { refs: [], untrackedPaths: UNTRACKED_PATHS }),
    readLock(context),
  ]);
  const highest = changes.at(-1)?.request.number ?? 0;
  return {
    ...{ containers, volumes, backups, git, lock },
    recorded: { changes, highest },
    foreignPorts: [],
  };
}
