import type { StackName, Topology } from "../plan/application/topology";
import type { HostContext } from "../host/context";
import { markPreExecution, type PreExecutionMark } from "../host/git/mark-pre-execution";
import { writeBundle } from "../host/git/bundle";
import { statePath } from "../host/state-directory";
import { saveUntracked } from "../host/untracked/save-untracked";
import { createBackup } from "./create";
import { type Manifest, readManifest } from "./format/manifest";
import type { OnBytes } from "./reading/read-volumes";

export interface PreExecutionRequest {
  readonly id: string;
  readonly kind: "preExecution" | "automatic";
  readonly stack: StackName;
  /** Highest number of a change that is done. */
  readonly afterChange: number;
  /** What the live side runs. */
  readonly commit: string;
  readonly topology: Topology;
  /** Given, the images go with the backup: by service, the reference that a record knows it by. */
  readonly images?: Readonly<Record<string, string>>;
}

export interface PreExecutionBackup {
  readonly manifest: Manifest;
  readonly mark: PreExecutionMark;
}

/**
 * The document's pre-execution backup, all five steps: branch and tag, every volume of the live side, container and network
 * state; and beyond it the untracked files and a bundle of the repository. The caller holds the lock.
 */
export async function makePreExecutionBackup(
  context: HostContext,
  request: PreExecutionRequest,
  onBytes?: OnBytes,
): Promise<PreExecutionBackup> {
  context.report(`backing up ${request.stack} as ${request.id}`);
  const untracked = await saveUntracked(context, context.application.untrackedPaths);
  const mark = await markPreExecution(context, request.id);
  if (mark.pushed !== "pushed" && mark.pushed !== "noRemote")
    context.report(`warning: ${mark.pushed}`);
  await createBackup(
    context,
    {
      ...request,
      volumes: request.topology.volumes,
      untracked,
      gitBundle: (file) => writeBundle(context, file),
    },
    onBytes,
  );
  return { manifest: await readManifest(statePath.backup(context, request.id)), mark };
}
