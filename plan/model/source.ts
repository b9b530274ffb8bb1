/** Content that is there before the live side stops serving. */
export type Source =
  | { readonly kind: "existing" }
  | { readonly kind: "empty" }
  | { readonly kind: "backup"; readonly id: string; readonly volume?: string };

/** What the live side's volume holds when it stops serving: equal to it before the new side serves. */
export interface SyncedSource {
  readonly kind: "synced";
  readonly volume: string;
}

/** A backup's content, and every document that the live side's volume holds when it stops serving. */
export interface MergedSource {
  readonly kind: "merged";
  readonly id: string;
  readonly volume: string;
}

/** A volume's source, and the number of the change that chose it; together they trigger the restore. */
export interface ChosenSource {
  readonly source: string;
  readonly number: number;
}

/** Two volumes, one of the outgoing side and one of the incoming, which shall hold the same. */
export interface SyncedPair {
  readonly from: string;
  readonly to: string;
  /** Whether the second keeps what it has besides. */
  readonly merged: boolean;
}

export const EXISTING = "existing";
export const EMPTY = "empty";
const SYNCED = "syncedFrom:";

export function backupSource(id: string, volume?: string): string {
  return volume === undefined ? `backup:${id}` : `backup:${id}/${volume}`;
}

export function syncedSource(volume: string): string {
  return `${SYNCED}${volume}`;
}

export function mergedSource(id: string, volume: string): string {
  return `${backupSource(id)}+${syncedSource(volume)}`;
}

/**
 * Reads where a volume's content comes from, as records and triggers hold it: `existing`, `empty`, `syncedFrom:<volume>`,
 * `backup:<id>` or, when the content is another volume's, `backup:<id>/<volume>`, or both, `backup:<id>+syncedFrom:<volume>`. Throws
 * on text that no version wrote.
 */
export function parseSource(text: string): Source | SyncedSource | MergedSource {
  if (text === EXISTING) return { kind: "existing" };
  if (text === EMPTY) return { kind: "empty" };
  if (text.startsWith(SYNCED) && text.length > SYNCED.length) {
    return { kind: "synced", volume: text.slice(SYNCED.length) };
  }
  const merged = /^backup:([A-Za-z0-9._-]+)\+syncedFrom:(.+)$/.exec(text);
  if (merged?.[1] !== undefined && merged[2] !== undefined) {
    return { kind: "merged", id: merged[1], volume: merged[2] };
  }
  const match = /^backup:([A-Za-z0-9._-]+)(?:\/(.+))?$/.exec(text);
  if (match?.[1] === undefined) throw new Error(`"${text}" is not a source of a volume`);
  return match[2] === undefined
    ? { kind: "backup", id: match[1] }
    : { kind: "backup", id: match[1], volume: match[2] };
}

/** What a change syncs during its downtime; a source that an earlier change chose is never synced again. */
export function syncedBy(
  volumes: Readonly<Record<string, ChosenSource>>,
  number: number,
): readonly SyncedPair[] {
  return Object.entries(volumes).flatMap(([to, chosen]) => {
    const source = parseSource(chosen.source);
    const syncs = source.kind === "synced" || source.kind === "merged";
    return syncs && chosen.number === number
      ? [{ from: source.volume, to, merged: source.kind === "merged" }]
      : [];
  });
}

/** Whether bringing a volume to this source overwrites what is in it. */
export function overwrites(source: string): boolean {
  const { kind } = parseSource(source);
  return kind !== "existing" && kind !== "empty";
}

/** Name of the backup that a change makes by itself of the live side before it leaves it. */
export function automaticBackupId(number: number): string {
  return `change-${number}`;
}

/** Name of the safety snapshot of a change. */
export function safetyBackupId(number: number): string {
  return `safety-${number}`;
}
