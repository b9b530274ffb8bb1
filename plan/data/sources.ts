import { backupFor, type SideBackup } from "./backup-for";
import { contentBeforeUndoneChanges } from "../model/history";
import type { BackupSummary, Facts, Observed } from "../model/observed";
import type { Problem } from "../problem";
import type { Settings } from "../settings/settings";
import {
  EXISTING,
  backupSource,
  syncedSource,
  type ChosenSource,
  EMPTY,
  mergedSource,
  parseSource,
} from "../model/source";
import { placeOf, usesData } from "../application/topologies";
import type { GovernedVolume, Topology } from "../application/topology";
import type { DataSource, Wanted } from "../model/wanted";

export interface ChosenVolumes {
  readonly volumes: Readonly<Record<string, ChosenSource>>;
  readonly problems: readonly Problem[];
}

/** Facts that the choice of sources needs beside the settings. */
export interface SourceContext {
  readonly settings: Settings;
  readonly facts: Facts & Pick<Observed, "volumes">;
  /** The topology when the change is done. */
  readonly incoming: Topology;
  /** The topology that is live; null where none is. */
  readonly live: Topology | null;
  /** Number of the change that makes the choice. */
  readonly number: number;
}

type Choice = string | Problem;

/** The first deployment starts on empty volumes: nothing of either side is on the host. */
export function sourcesForFirstDeployment(context: SourceContext): ChosenVolumes {
  const nothingThere = context.facts.volumes.length === 0;
  return choose(context, (volume) => {
    if (exists(context, volume)) return EXISTING;
    return nothingThere ? EMPTY : emptyIfAllowed(context, volume, "is not on this host");
  });
}

/**
 * A side that becomes live takes its volumes from a backup, as they were when it was last live, or from the live side; those that the live side
 * has counterparts of all from one of these, since they belong together.
 */
export function sourcesForSwitch(context: SourceContext): ChosenVolumes {
  const { restoresData } = sideBackup(context);
  const chosen = choose(context, (volume) => {
    const named = namedSource(context, volume);
    const source = named ?? context.settings.oneTime.dataSource;
    const synced = source === "live" ? fromLiveSide(context, volume) : undefined;
    if (synced !== undefined) return synced;
    if (named === "live") return nothingToSync(volume);
    const restores = named === undefined ? restoresData : named === "backup";
    return restores ? fromBackup(context, volume) : existing(context, volume, source);
  });
  const mixed = chosen.problems.length === 0 ? mixtureProblems(context, chosen.volumes) : [];
  return { ...chosen, problems: [...chosen.problems, ...mixed] };
}

function namedSource({ settings }: SourceContext, { name }: GovernedVolume) {
  return settings.oneTime.volumes?.[name]?.source;
}

function nothingToSync({ name }: GovernedVolume): Problem {
  return {
    subject: `volume "${name}"`,
    what: "the live side has nothing that it could be synced from",
    advice: [`take it from a backup, or as it is: volumes.${name}.source backup or existing`],
  };
}

/** Rows and the documents that they point to come from one place, or somebody has said otherwise. */
function mixtureProblems(
  context: SourceContext,
  volumes: ChosenVolumes["volumes"],
): readonly Problem[] {
  const { incoming, live } = context;
  const together = incoming.volumes.filter(
    (volume) =>
      volume.counterpart !== undefined &&
      usesData(incoming, volume.name) &&
      namedSource(context, volume) === undefined &&
      volumes[volume.name]?.source !== EMPTY &&
      !live?.volumes.some((other) => placeOf(other) === placeOf(volume)),
  );
  const placed = together.map((volume) => {
    const source = volumes[volume.name]?.source ?? "";
    // What an undone change has overwritten comes back from its snapshot: that is as it was left.
    const isLeft = source === asLeftBeforeUndone(context, volume);
    return [volume.name, placeText(isLeft ? EXISTING : source)] as const;
  });
  const places = [...new Set(placed.map(([, place]) => place))];
  if (places.length <= 1) return [];
  const from = places.map((place) => {
    const names = placed.filter((each) => each[1] === place).map(([name]) => name);
    return `${names.join(", ")} ${place}`;
  });
  return [
    {
      subject: "data",
      what: `belongs together, and would come from different places: ${from.join("; ")}`,
      advice: [
        "take all of it from one: dataSource live, backup or existing",
        `or name what is to come from elsewhere: volumes.${placed[0]?.[0] ?? ""}.source`,
      ],
    },
  ];
}

function asLeftBeforeUndone(context: SourceContext, volume: GovernedVolume): string | undefined {
  const saved = beforeUndone(context, volume);
  return typeof saved === "string" ? backupSource(saved) : undefined;
}

function placeText(text: string): string {
  const source = parseSource(text);
  if (source.kind === "existing") return "as it was left";
  if (source.kind === "empty") return "empty";
  return source.kind === "synced" ? "from the live side" : `from backup ${source.id}`;
}

/** A live side keeps every source; only `restore`, `allowEmpty` and a flag that brings a volume in give it a new one. */
export function sourcesForLiveSide(
  context: SourceContext,
  live: Wanted,
  restore?: string,
): ChosenVolumes {
  const backup = context.facts.backups.find((candidate) => candidate.id === restore);
  const isKept = (name: string): boolean =>
    name in live.volumes && (usesData(live.topology, name) || !usesData(context.incoming, name));
  const chosen = choose(context, (volume) => {
    if (backup?.volumes.includes(volume.name)) return backupSource(backup.id);
    if (!isKept(volume.name)) return broughtIn(context, volume, live);
    const before = beforeUndone(context, volume);
    if (before !== undefined) return savedBefore(context, volume, before);
    if (exists(context, volume)) return live.volumes[volume.name]?.source ?? EXISTING;
    return emptyIfAllowed(context, volume, "the live stack uses it, but it is not on this host");
  });
  const restored = new Set(backup?.volumes);
  const volumes = Object.entries(chosen.volumes).map(([name, choice]) => {
    const kept = live.volumes[name];
    const same = kept?.source === choice.source && !restored.has(name);
    return [name, same && isKept(name) ? kept : choice] as const;
  });
  return { volumes: Object.fromEntries(volumes), problems: chosen.problems };
}

/** What an aborted change has overwritten of the live side comes back from what was saved. */
function savedBefore(context: SourceContext, volume: GovernedVolume, saved: string | null): Choice {
  if (saved !== null) return backupSource(saved);
  const what = "an aborted change has overwritten it, and it was not saved before";
  return emptyIfAllowed(context, volume, what);
}

/**
 * A volume that a flag brings in holds what the live side's counterpart holds, so that nothing is lost; without one it comes from the
 * backup (document: phases 3, 7 and 8). Documents are merged into the bucket of the backup: no row may point to nothing.
 */
function broughtIn(context: SourceContext, volume: GovernedVolume, live: Wanted): Choice {
  const { restoreDatabase } = context.settings.oneTime;
  const dataSource = namedSource(context, volume) ?? context.settings.oneTime.dataSource;
  const { counterpart } = volume;
  const from =
    counterpart !== undefined &&
    usesData(live.topology, counterpart) &&
    !usesData(context.incoming, counterpart)
      ? counterpart
      : undefined;
  const corrupted = restoreDatabase === true && isDatabase(context, volume);
  if (dataSource === "existing") return existing(context, volume, dataSource);
  if (from === undefined || corrupted || dataSource === "backup") {
    return fromBackup(context, volume);
  }
  if (volume.data !== "minio") return syncedSource(from);
  const { data: backup } = sideBackup(context);
  return backup?.volumes.includes(volume.name) === true
    ? mergedSource(backup.id, from)
    : syncedSource(from);
}

/** The application's database on the earlier side's volume (document: phase 7). */
function isDatabase({ incoming }: SourceContext, { name }: GovernedVolume): boolean {
  const database = incoming.services.find(({ role }) => role === "database");
  return database?.volumes.some(({ volume }) => volume === name) ?? false;
}

/** A live side that no record knows: everything stays as it is. */
export function sourcesForAdoption(context: SourceContext): ChosenVolumes {
  return choose(context, (volume) =>
    exists(context, volume)
      ? EXISTING
      : emptyIfAllowed(context, volume, "the live stack uses it, but it is not on this host"),
  );
}

function choose(
  context: SourceContext,
  sourceOf: (volume: GovernedVolume) => Choice,
): ChosenVolumes {
  const choices = context.incoming.volumes.map(
    (volume) => [volume.name, sourceOf(volume)] as const,
  );
  const problems = choices.flatMap(([, choice]) => (typeof choice === "string" ? [] : [choice]));
  const volumes = choices.flatMap(([name, choice]) =>
    typeof choice === "string" ? [[name, { source: choice, number: context.number }] as const] : [],
  );
  return { volumes: Object.fromEntries(volumes), problems };
}

function sideBackup({ settings, facts }: SourceContext): SideBackup {
  return backupFor(settings.stack, settings.oneTime, facts);
}

function fromBackup(context: SourceContext, volume: GovernedVolume): Choice {
  const { data: backup } = sideBackup(context);
  if (backup !== undefined) {
    const source = promised(backup, volume);
    if (source !== undefined) return source;
  }
  const before = beforeUndone(context, volume);
  if (typeof before === "string") return backupSource(before);
  if (exists(context, volume)) return EXISTING;
  return emptyIfAllowed(
    context,
    volume,
    backup === undefined
      ? "no verified backup of the earlier side holds it, and it is not on this host"
      : `backup "${backup.id}" does not hold it, and it is not on this host`,
  );
}

function promised(backup: BackupSummary, volume: GovernedVolume): string | undefined {
  if (backup.volumes.includes(volume.name)) return backupSource(backup.id);
  return volume.counterpart !== undefined && backup.volumes.includes(volume.counterpart)
    ? backupSource(backup.id, volume.counterpart)
    : undefined;
}

function existing(
  context: SourceContext,
  volume: GovernedVolume,
  asked: DataSource | undefined,
): Choice {
  const before = beforeUndone(context, volume);
  if (typeof before === "string") return backupSource(before);
  if (exists(context, volume)) return EXISTING;
  if (asked !== "existing" && volume.counterpart !== undefined) {
    const synced = fromLiveSide(context, volume);
    if (synced !== undefined) return synced;
    const { data: backup } = sideBackup(context);
    if (backup?.volumes.includes(volume.counterpart)) {
      return backupSource(backup.id, volume.counterpart);
    }
  }
  return emptyIfAllowed(
    context,
    volume,
    "is not on this host, and no backup holds what it could start from",
  );
}

/**
 * The live side's volume that holds the same data, if it is there: the volume itself, its service's container too. Without
 * one (nothing was ever deployed, or the live side is lost) there is nothing to sync.
 */
function fromLiveSide(context: SourceContext, volume: GovernedVolume): string | undefined {
  const { facts, live, incoming } = context;
  if (live === null) return undefined;
  const isMounted = (name: string) =>
    live.services.some(
      (service) =>
        service.volumes.some((mount) => mount.volume === name) &&
        facts.containers.some((container) => container.name === service.name),
    );
  const held = (name: string) =>
    live.volumes.find(
      (candidate) =>
        candidate.name === name &&
        usesData(live, name) &&
        facts.volumes.includes(placeOf(candidate)) &&
        isMounted(name),
    );
  // A volume that both sides use stays where it is.
  const same = held(volume.name);
  if (same !== undefined && placeOf(same) === placeOf(volume)) return EXISTING;
  const { counterpart } = volume;
  const wanted = usesData(incoming, volume.name);
  return wanted && counterpart !== undefined && held(counterpart) !== undefined
    ? syncedSource(counterpart)
    : undefined;
}

/** On this host, with content that counts: not what an undone change left in a volume that was not there before. */
function exists(context: SourceContext, volume: GovernedVolume): boolean {
  return context.facts.volumes.includes(placeOf(volume)) && beforeUndone(context, volume) !== null;
}

function beforeUndone(context: SourceContext, volume: GovernedVolume): string | null | undefined {
  return contentBeforeUndoneChanges(context.facts).get(volume.name);
}

function emptyIfAllowed(context: SourceContext, volume: GovernedVolume, what: string): Choice {
  if (context.settings.oneTime.allowEmpty?.includes(volume.name)) return EMPTY;
  return {
    subject: `volume "${volume.name}"`,
    what,
    advice: [
      "restore it (restore: <backup>, or backup: <backup> on a switch; rollback backups lists them)",
      `or say that it may be empty (allowEmpty: ["${volume.name}"])`,
    ],
  };
}
