import { backupFor, newestBackup } from "../data/backup-for";
import { liveSide } from "../model/history";
import type { ChangeRecord, Facts } from "../model/observed";
import { type Layer, layersOf, extentOf } from "./scope";
import type { Settings } from "../settings/settings";
import type { Description } from "../application/description";
import { EXISTING, backupSource, type ChosenSource } from "../model/source";
import { otherStack, type Side, sideOfStack, type StackName } from "../application/topology";
import type { UntrackedAssembly, Wanted } from "../model/wanted";

/** Which untracked files a release takes, and what chose them. */
export interface UntrackedChoice extends UntrackedAssembly {
  readonly untracked: ChosenSource;
}

/** The untracked files of a side that becomes live: its own, but for the paths of phases that stand on the other side. */
export function chooseUntracked(settings: Settings, facts: Facts, number: number): UntrackedChoice {
  const { stack } = settings;
  const own = ownSet(settings, facts);
  const other = setOf(facts, otherStack(stack));
  const layers = layersOf(settings.description, extentOf(settings), sideOfStack(stack));
  const ownSide = sideOfStack(stack);
  const overlays = layers.flatMap(({ path, side }) => {
    const contentId = side === ownSide ? own.contentId : other;
    return contentId === own.contentId ? [] : [{ path, contentId }];
  });
  return { untracked: { source: own.source, number }, base: own.contentId, overlays };
}

/** The live side's files as they are; paths of a phase whose flag was changed come from the side that it is on now. */
export function chooseLiveUntracked(
  settings: Settings,
  facts: Facts,
  number: number,
  live: { readonly wanted: Wanted; readonly change: ChangeRecord },
): UntrackedChoice {
  const { wanted, change } = live;
  const follows = change.workTreeMoved && facts.git.branch === `rollback/${change.request.number}`;
  const edited = follows && facts.git.untracked !== wanted.untracked.contentId;
  const base = edited ? facts.git.untracked : wanted.untracked.contentId;
  const overlays = turnedPaths(settings, wanted).flatMap(({ path, side }) => {
    const contentId = setOfSide(settings, facts, path, side) ?? base;
    return contentId === base ? [] : [{ path, contentId }];
  });
  const kept = !edited && overlays.length === 0;
  const { source, number: chosenBy } = wanted.untracked;
  const untracked = kept ? { source, number: chosenBy } : { source: EXISTING, number };
  return { untracked, base, overlays };
}

/** Paths that stand on another side than on the recorded map. */
function turnedPaths(settings: Settings, wanted: Wanted): readonly Pick<Layer, "path" | "side">[] {
  const own = sideOfStack(settings.stack);
  const before = layersOf(
    settings.description,
    { phases: wanted.rolledBackPhases, scenario: wanted.scenario },
    own,
  );
  const after = layersOf(settings.description, extentOf(settings), own);
  const paths = [...new Set([...before, ...after].map(({ path }) => path))];
  return paths.flatMap((path) => {
    const side = sideOfPath(after, path) ?? own;
    return side === (sideOfPath(before, path) ?? own) ? [] : [{ path, side }];
  });
}

function sideOfPath(layers: readonly Layer[], path: string): Side | undefined {
  return layers.findLast((layer) => layer.path === path)?.side;
}

/** Files of a path on a side: as they were before the flag was set that is now taken back, else the other stack's. */
function setOfSide(settings: Settings, facts: Facts, path: string, side: Side): string | null {
  const { stack, description } = settings;
  const onOther = (change: ChangeRecord): boolean => onOtherSide(description, change, path);
  if (side !== sideOfStack(stack)) return setOf(facts, otherStack(stack));
  const done = facts.recorded.changes.filter(
    ({ state, request }) => state === "done" && request.stack === stack,
  );
  const turned = done.findLast((change, index) => {
    const before = done[index - 1];
    return onOther(change) && (before === undefined || !onOther(before));
  });
  return turned?.request.kind === "inPlace" ? turned.outgoingUntracked : null;
}

function onOtherSide(description: Description, { request }: ChangeRecord, path: string): boolean {
  const { stack, rolledBackPhases, scenario } = request.wanted;
  const own = sideOfStack(stack);
  const layers = layersOf(description, { phases: rolledBackPhases, scenario }, own);
  return (sideOfPath(layers, path) ?? own) !== own;
}

function ownSet(
  settings: Settings,
  facts: Facts,
): { readonly source: string; readonly contentId: string } {
  const { untracked } = backupFor(settings.stack, settings.oneTime, facts);
  if (untracked !== undefined) {
    return { source: backupSource(untracked.id), contentId: untracked.untracked };
  }
  return {
    source: EXISTING,
    contentId: lastOutgoingUntracked(facts, settings.stack) ?? facts.git.untracked,
  };
}

/** The files that belong to a stack: those of its newest backup, or those that it had last; the work tree's where it is live. */
function setOf(facts: Facts, stack: StackName): string {
  if (liveSide(facts) === stack) return facts.git.untracked;
  const backup = stack === "pre-simplification" ? newestBackup(facts, stack) : undefined;
  return backup?.untracked ?? lastOutgoingUntracked(facts, stack) ?? facts.git.untracked;
}

function lastOutgoingUntracked(facts: Facts, stack: StackName): string | null {
  const left = facts.recorded.changes.findLast(
    (change) =>
      change.request.kind === "switch" && change.request.from === stack && change.state === "done",
  );
  return left?.outgoingUntracked ?? null;
}
