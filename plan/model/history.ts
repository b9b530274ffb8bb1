import type { ChangeRecord, Facts, Recorded } from "./observed";
import { overwrites, safetyBackupId } from "./source";
import { phasesOfStack } from "../application/topologies";
import { STACK_NAMES, type StackName } from "../application/topology";
import type { ChangeRequest, Wanted } from "./wanted";

export function openChange(recorded: Recorded): ChangeRecord | undefined {
  return recorded.changes.find((change) => change.state === "open");
}

/** The newest change that reached its map, on either stack or on the one named. */
export function lastDone(recorded: Recorded, stack?: StackName): ChangeRecord | undefined {
  return recorded.changes.findLast(
    (change) => change.state === "done" && (stack === undefined || change.request.stack === stack),
  );
}

/**
 * The side that serves: the stack of the running edge; without a running edge the last recorded change that is done;
 * null before the first deployment.
 */
export function liveSide(facts: Facts): StackName | null {
  const { edges } = facts.application;
  const running = facts.containers.find(
    ({ name, running }) => running && STACK_NAMES.some((stack) => name === edges[stack]),
  );
  if (running) return running.stack ?? sideOfEdge(facts, running.name);
  return lastDone(facts.recorded)?.request.stack ?? null;
}

function sideOfEdge({ application }: Facts, name: string): StackName {
  return name === application.edges.simplified ? "simplified" : "pre-simplification";
}

/** Whether a side's edge is there and none of its containers was made by this program: Compose has started them. */
export function startedByOthers({ application, containers }: Facts, stack: StackName): boolean {
  const edge = containers.find(({ name }) => name === application.edges[stack]);
  return edge?.stack === null && !containers.some((container) => container.stack === stack);
}

/** The live side's map, if a record knows it. */
export function liveMap(facts: Facts): { wanted: Wanted; change: ChangeRecord } | undefined {
  const live = liveSide(facts);
  const last = lastDone(facts.recorded);
  return last !== undefined && last.request.stack === live
    ? { wanted: last.request.wanted, change: last }
    : undefined;
}

/**
 * Volumes that a change that was aborted or went back began to overwrite, with the safety snapshot of what was in them before; null
 * where nothing was saved, so that what is in them now is nobody's data. A later change that has the volume in its map settles it.
 */
export function contentBeforeUndoneChanges(facts: Facts): ReadonlyMap<string, string | null> {
  const { changes } = facts.recorded;
  const settled = (volume: string): number =>
    changes.findLast(({ state, request }) => state === "done" && volume in request.wanted.volumes)
      ?.request.number ?? 0;
  const before = new Map<string, string | null>();
  for (const { request, state, written } of changes) {
    if (state !== "aborted" && state !== "failedBack") continue;
    const snapshot = facts.backups.find(({ id }) => id === safetyBackupId(request.number));
    for (const volume of written.filter((name) => isOverwritten(request, name))) {
      const saved = snapshot?.volumes.includes(volume) ? snapshot.id : null;
      if (request.number > settled(volume) && !before.has(volume)) before.set(volume, saved);
    }
  }
  return before;
}

function isOverwritten({ wanted, number }: ChangeRequest, volume: string): boolean {
  const chosen = wanted.volumes[volume];
  return chosen?.number === number && overwrites(chosen.source);
}

/** Whether the live earlier side has a verified backup made since its last change; nobody knows what an imported one was made after. */
export function hasBackupSinceLastChange(facts: Facts): boolean {
  const last = lastDone(facts.recorded)?.request.number ?? 0;
  return facts.backups.some(
    (backup) =>
      backup.kind !== "safety" &&
      backup.kind !== "imported" &&
      backup.verified &&
      backup.stack === "pre-simplification" &&
      backup.afterChange >= last,
  );
}

/** Phases that are rolled back on the live side. */
export function livePhases(facts: Facts): readonly number[] {
  const side = liveSide(facts);
  return (
    liveMap(facts)?.wanted.rolledBackPhases ??
    (side === null ? [] : phasesOfStack(facts.application.phases, side))
  );
}
