import { readFileSync } from "node:fs";
import { join } from "node:path";

const FIXTURE = join(__dirname, "..", "unit", "fixtures", "rollback-strategy.md");

/** A section of the document: its heading without the marks, and its text up to the next heading of its rank. */
export interface Section {
  readonly heading: string;
  readonly text: string;
}

/** The document that the program implements, as it was handed over. */
export function strategyDocument(): string {
  return readFileSync(FIXTURE, "utf8");
}

/** Sections whose heading starts with the given words, in order. */
export function sections(document: string, rank: "##" | "###", start: string): Section[] {
  return document
    .split(/^(?=#{2,3} )/m)
    .filter((text) => text.startsWith(`${rank} ${start}`))
    .map((text) => ({ heading: firstLine(text).slice(rank.length + 1), text }));
}

/** The bullets under a bold label such as `**Rollback Trigger:**`. */
export function bulletsUnder(text: string, label: string): string[] {
  const after = text.split(`**${label}:**`)[1];
  if (after === undefined) return [];
  return linesMatching(after.split("**")[0] ?? "", /^- (?:\[ \] )?(.+)$/);
}

/** The text behind a bold label such as `**Risk:**`. */
export function valueOf(text: string, label: string): string | null {
  return linesMatching(text, new RegExp(`^\\*\\*${label}:\\*\\* (.+)$`))[0] ?? null;
}

/** The numbered comments of its bash, in order. */
export function numberedSteps(text: string): string[] {
  return linesMatching(text, /^# \d+\. (.+)$/);
}

/** The paths of its `git checkout <ref> -- <paths>`, none twice, in order. */
export function checkedOutPaths(text: string): string[] {
  const arguments_ = linesMatching(text, /^git checkout \S+ -- (.+)$/);
  return [...new Set(arguments_.flatMap((line) => line.split(" ")))];
}

/** Volumes that its bash creates. */
export function createdVolumes(text: string): string[] {
  return linesMatching(text, /^docker volume create (.+)$/).flatMap((line) => line.split(" "));
}

/** Services that its bash starts or restarts. */
export function startedServices(text: string): string[] {
  return linesMatching(
    text.replaceAll("\\\n", ""),
    /^docker compose (?:restart|up -d) ([^#\n]+)/,
  ).flatMap((line) => line.trim().split(/\s+/));
}

/** The body rows of its table, cell by cell. */
export function tableRows(text: string): string[][] {
  const rows = linesMatching(text, /^\|(.+)\|$/).map((row) =>
    row.split("|").map((cell) => cell.trim()),
  );
  return rows.slice(2);
}

/** First group of every line that matches. */
export function linesMatching(text: string, pattern: RegExp): string[] {
  return text.split("\n").flatMap((line) => pattern.exec(line)?.[1] ?? []);
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
