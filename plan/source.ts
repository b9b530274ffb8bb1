/**
 * Where a volume's content comes from. Written in records and triggers in its text form: `asLeft`, `empty`,
 * `backup:<id>` or, when the content is another volume's, `backup:<id>/<volume>`.
 */
export type Source =
  | { readonly kind: "asLeft" }
  | { readonly kind: "empty" }
  | { readonly kind: "backup"; readonly id: string; readonly volume?: string };

/** A volume's source, and the number of the change that chose it; together they trigger the restore. */
export interface ChosenSource {
  readonly source: string;
  readonly number: number;
}

export const AS_LEFT = "asLeft";
export const EMPTY = "empty";

export function backupSource(id: string, volume?: string): string {
  return volume === undefined ? `backup:${id}` : `backup:${id}/${volume}`;
}

/** Reads a source's text form; throws on text that no version of this program wrote. */
export function parseSource(text: string): Source {
  if (text === AS_LEFT) return { kind: "asLeft" };
  if (text === EMPTY) return { kind: "empty" };
  const match = /^backup:([A-Za-z0-9._-]+)(?:\/(.+))?$/.exec(text);
  if (match?.[1] === undefined) throw new Error(`"${text}" is not a source of a volume`);
  return match[2] === undefined
    ? { kind: "backup", id: match[1] }
    : { kind: "backup", id: match[1], volume: match[2] };
}

/** Name of the backup that a change makes by itself before it leaves the earlier side. */
export function automaticBackupId(number: number): string {
  return `change-${number}`;
}

/** Name of the safety snapshot of a change. */
export function safetyBackupId(number: number): string {
  return `safety-${number}`;
}
