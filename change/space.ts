import { hasBackup } from "../backup/format/list";
import { heldVolume } from "../backup/format/held-volume";
import { spaceProblems, type Writing } from "../backup/space";
import type { HostContext } from "../host/context";
import type { GovernedVolume } from "../plan/application/topology";
import { automaticBackupId, parseSource, safetyBackupId } from "../plan/model/source";
import type { ChangeRequest } from "../plan/model/wanted";
import { ProblemsError } from "../plan/problem";
import { attemptOf } from "../plan/run/settings-problems";

/**
 * Refuses a change that there is no room for, before anything is stopped or parked for it.
 *
 * @throws ProblemsError with what is needed and what is free.
 */
export async function refuseTooLittleSpace(
  context: HostContext,
  request: ChangeRequest,
): Promise<void> {
  const saved = [
    ...(await backedUp(context, request)).map((volume) => ({ volume, as: "backup" as const })),
    ...(await snapshotted(context, request)).map((volume) => ({ volume, as: "snapshot" as const })),
  ];
  const problems = await spaceProblems(context, { saved, filled: await filled(context, request) });
  if (problems.length > 0) {
    throw new ProblemsError(attemptOf(request.stack, request.from), problems);
  }
}

/** What the change backs up of the live side, unless an earlier run has. */
async function backedUp(
  context: HostContext,
  { number, live, backsUpFirst }: ChangeRequest,
): Promise<readonly GovernedVolume[]> {
  if (!backsUpFirst || live === null) return [];
  return (await hasBackup(context, automaticBackupId(number))) ? [] : live.topology.volumes;
}

/** What it overwrites and so saves, unless an earlier run has. */
async function snapshotted(
  context: HostContext,
  { number, wanted, overwrites, settings }: ChangeRequest,
): Promise<readonly GovernedVolume[]> {
  if (settings.safety === "none" || (await hasBackup(context, safetyBackupId(number)))) return [];
  return wanted.topology.volumes.filter(({ name }) => overwrites.includes(name));
}

/** Volumes that it brings to a source of their own: from an archive, or from the volume that they are synced with. */
async function filled(
  context: HostContext,
  { number, stack, from, live, wanted }: ChangeRequest,
): Promise<Writing["filled"]> {
  const chosen = wanted.topology.volumes.filter(
    ({ name }) => wanted.volumes[name]?.number === number,
  );
  const each = chosen.map(async (volume) => {
    const source = parseSource(wanted.volumes[volume.name]?.source ?? "");
    switch (source.kind) {
      case "existing":
      case "empty":
        return [];
      case "synced": {
        const volumes = live?.topology.volumes ?? [];
        return volumes
          .filter(({ name }) => name === source.volume)
          .map((synced) => ({ volume, from: synced }));
      }
      case "backup":
      case "merged": {
        const name = source.kind === "backup" ? (source.volume ?? volume.name) : volume.name;
        const archive = await heldVolume(context, source.id, name, attemptOf(stack, from));
        return [{ volume, from: archive.contentBytes }];
      }
    }
  });
  return (await Promise.all(each)).flat();
}
