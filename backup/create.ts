import { readFileSync } from "node:fs";
import { access, chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BackupSummary } from "../plan/model/observed";
import type { GovernedVolume, StackName, Topology } from "../plan/application/topology";
import { dataFactsOf, leastFacts, writeDataFacts } from "../stores/data-facts";
import type { HostContext } from "../host/context";
import { runHelper } from "../host/docker/helper";
import { firstCommit } from "../host/git/first-commit";
import { statePath } from "../host/state-directory";
import { existingVolumes } from "./volumes/existing";
import { writeHostState } from "./host-state";
import { nextSequence } from "./format/list";
import { saveImages } from "./images";
import { type Manifest, MANIFEST_VERSION } from "./format/manifest";
import { completeBackup, newBackup } from "./new-backup";
import { type OnBytes, readVolumes } from "./reading/read-volumes";

export interface BackupRequest {
  /** Letters, digits, ".", "_" and "-"; not taken by another backup. */
  readonly id: string;
  readonly kind: BackupSummary["kind"];
  readonly stack: StackName;
  readonly afterChange: number;
  readonly commit: string;
  /** Those that do not exist on this host are left out. */
  readonly volumes: readonly GovernedVolume[];
  /** Whose containers and networks are written down. */
  readonly topology: Topology;
  /** Content id of the saved untracked files; empty: none go with the backup. */
  readonly untracked: string;
  /** Given, the images of the topology's containers go with the backup: by service, the reference that records know it by. */
  readonly images?: Readonly<Record<string, string>>;
  /** Writes the repository's bundle to the file that it is given. */
  readonly gitBundle?: (file: string) => Promise<void>;
}

const COPY_UNTRACKED = readFileSync(join(__dirname, "copy-untracked.sh"), "utf8");

/**
 * Makes a backup that appears under its id only when it is complete, verified and on disk (document: pre-execution backup). The
 * caller holds the lock.
 *
 * @throws Error when the id is taken or not allowed, or a volume cannot be read consistently.
 */
export async function createBackup(
  context: HostContext,
  request: BackupRequest,
  onBytes?: OnBytes,
): Promise<BackupSummary> {
  await refuseId(context, request.id);
  return newBackup(context, async (part) =>
    completeBackup(part, await fill(context, request, part, onBytes)),
  );
}

async function refuseId(context: HostContext, id: string): Promise<void> {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(id)) {
    throw new Error(`"${id}" is no id of a backup: letters, digits, ".", "_" and "-" only`);
  }
  if (await exists(statePath.backup(context, id))) throw new Error(`backup "${id}" exists already`);
}

async function fill(
  context: HostContext,
  request: BackupRequest,
  part: string,
  onBytes?: OnBytes,
): Promise<Manifest> {
  const { topology } = request;
  const stateFiles = await writeHostState(context, topology, part);
  const existing = await existingVolumes(context, request.volumes);
  const names = existing.map(({ name }) => name);
  const before = await dataFactsOf(context, topology, names);
  const volumes = await readVolumes(context, part, existing, onBytes);
  const facts = leastFacts(before, await dataFactsOf(context, topology, names));
  const { id, kind, stack, afterChange, commit, untracked } = request;
  return {
    ...{ version: MANIFEST_VERSION, id, kind, stack, afterChange, commit, untracked, volumes },
    sequence: await nextSequence(context),
    application: await firstCommit(context),
    madeAt: new Date().toISOString(),
    untrackedFolder: await copyUntracked(context, untracked, part),
    gitBundle: await bundle(request, part),
    images:
      request.images === undefined
        ? null
        : await saveImages(context, request.topology, request.images, part),
    stateFiles: [...stateFiles, ...(await writeDataFacts(part, facts))],
  };
}

/** With owners and modes, which only the helper can keep. */
async function copyUntracked(
  context: HostContext,
  contentId: string,
  part: string,
): Promise<string | null> {
  if (contentId === "") return null;
  const source = statePath.untracked(context, contentId);
  if (!(await exists(source))) {
    throw new Error(`the untracked files "${contentId}" were not saved before the backup`);
  }
  await mkdir(join(part, "untracked"), { mode: 0o700 });
  await runHelper(context, {
    purpose: "backup",
    script: COPY_UNTRACKED,
    mounts: [
      { type: "bind", source, target: "/from", readOnly: true },
      { type: "bind", source: join(part, "untracked"), target: "/to", readOnly: false },
    ],
  });
  return "untracked";
}

async function bundle(request: BackupRequest, part: string): Promise<string | null> {
  if (request.gitBundle === undefined) return null;
  const file = join(part, "repository.bundle");
  await request.gitBundle(file);
  await chmod(file, 0o600);
  return "repository.bundle";
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
