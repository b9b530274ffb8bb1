import { edgeOf, placeOf } from "../application/topologies";
import { hasBackupSinceLastChange, liveMap, liveSide, startedByOthers } from "../model/history";
import type { Facts, Observed } from "../model/observed";
import { automaticBackupId, overwrites, parseSource, syncedBy } from "../model/source";
import {
  type BackupArchives,
  type ChangeKind,
  type ChangeRequest,
  imageOf,
  type RequestSettings,
  type Wanted,
} from "../model/wanted";

/** A change that a plan has decided on. */
export interface Decided {
  readonly number: number;
  readonly kind: ChangeKind;
  readonly wanted: Wanted;
  /** The live side's map, where no record knows it. */
  readonly adopts: Wanted | undefined;
  readonly settings: RequestSettings;
}

/** Everything that verbs are told of a change: whatever can be known when it begins is decided here, once. */
export function changeRequest(
  decided: Decided,
  facts: Facts & Pick<Observed, "volumes">,
): ChangeRequest {
  const { number, kind, wanted, adopts, settings } = decided;
  const live = liveMap(facts)?.wanted ?? adopts ?? null;
  const backsUpFirst = needsBackup(wanted, facts, number);
  return {
    number,
    kind,
    stack: wanted.stack,
    from: liveSide(facts),
    live,
    wanted,
    settings,
    adopts:
      kind === "switch" && adopts !== undefined
        ? adoption(adopts, number - 1, settings, facts)
        : null,
    outgoingEdge: replacedEdge(live, wanted),
    verify: archivesToVerify(wanted, number, backsUpFirst),
    overwrites: overwritten(wanted, facts, number),
    objectStoreImage: objectStoreImage([wanted, live], facts),
    backsUpFirst,
    bringsRelease: kind !== "repair" && kind !== "adopt",
    recordOnly:
      kind === "adopt" && settings.takeOver !== true && startedByOthers(facts, wanted.stack),
  };
}

/** An edge of the same name is the new one by then: Pulumi has replaced it, or it was parked. */
function replacedEdge(live: Wanted | null, wanted: Wanted): string | null {
  if (live === null) return null;
  const { containerName } = edgeOf(live.topology);
  return containerName === edgeOf(wanted.topology).containerName ? null : containerName;
}

/** The record of a side that is live already: nothing is done for it. */
function adoption(
  wanted: Wanted,
  number: number,
  settings: RequestSettings,
  facts: Facts,
): ChangeRequest {
  const { stack } = wanted;
  return {
    ...{ number, kind: "adopt", stack, from: stack, live: null, wanted, settings },
    ...{ adopts: null, outgoingEdge: null, verify: [], overwrites: [] },
    ...{ objectStoreImage: null, backsUpFirst: false, bringsRelease: false },
    recordOnly: startedByOthers(facts, stack),
  };
}

/** What is synced is seeded from it, and no switch leaves an earlier side that has no backup since its last change. */
function needsBackup(wanted: Wanted, facts: Facts, number: number): boolean {
  if (syncedBy(wanted.volumes, number).length > 0) return true;
  return (
    wanted.stack === "simplified" &&
    liveSide(facts) === "pre-simplification" &&
    !hasBackupSinceLastChange(facts)
  );
}

function overwritten(
  { topology, volumes }: Wanted,
  { volumes: existing }: Pick<Observed, "volumes">,
  number: number,
): readonly string[] {
  return topology.volumes
    .filter((volume) => {
      const chosen = volumes[volume.name];
      const isNew = chosen?.number === number && overwrites(chosen.source);
      return isNew && existing.includes(placeOf(volume));
    })
    .map(({ name }) => name);
}

/** Of a side that has an object store, else of the newest recorded one: documents are exported from backups with it. */
function objectStoreImage(sides: readonly (Wanted | null)[], facts: Facts): string | null {
  const recorded = facts.recorded.changes.map(({ request }) => request.wanted).reverse();
  const images = [...sides, ...recorded].flatMap((side) => {
    const store = side?.topology.services.find(({ role }) => role === "objectStore");
    return side === null || store === undefined ? [] : [imageOf(side, store)];
  });
  return images[0] ?? null;
}

/** What is restored from backups that exist already; the change's own is verified when it is made. */
function archivesToVerify(
  { volumes }: Wanted,
  number: number,
  backsUpFirst: boolean,
): readonly BackupArchives[] {
  const own = backsUpFirst ? automaticBackupId(number) : null;
  const archives = new Map<string, string[]>();
  for (const [name, chosen] of Object.entries(volumes)) {
    const source = parseSource(chosen.source);
    if (chosen.number !== number || source.kind === "existing" || source.kind === "empty") continue;
    if (source.kind === "synced" || source.id === own) continue;
    const volume = source.kind === "merged" ? name : (source.volume ?? name);
    archives.set(source.id, [...(archives.get(source.id) ?? []), volume]);
  }
  return [...archives].map(([backup, held]) => ({ backup, volumes: held }));
}
