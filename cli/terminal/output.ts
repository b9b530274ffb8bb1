import Table from "cli-table3";
import colours from "picocolors";

/** Rows below a heading; every row has as many cells as the heading. */
export interface TableData {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Where a command's results go: a person at a terminal, a file, or a program (`--json`). */
export interface Output {
  readonly terminal: boolean;
  /** One line of the result. */
  line: (text: string) => void;
  /** Borders on a terminal, plain aligned text elsewhere. */
  table: (data: TableData) => void;
  /** What is going on: to standard error, so that the result can be redirected. */
  progress: (text: string) => void;
}

/** The output of this process. */
export function processOutput(): Output {
  const terminal = process.stdout.isTTY;
  return {
    terminal,
    line: (text) => void process.stdout.write(`${text}\n`),
    table: (data) => void process.stdout.write(`${tableText(data, terminal)}\n`),
    progress: (text) => void process.stderr.write(`${text}\n`),
  };
}

/**
 * Lets a command finish when its reader has read enough (`rollback status | head -1`): what is still printed goes nowhere, which is
 * no error.
 */
export function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

/** A table as text. */
export function tableText(data: TableData, terminal: boolean): string {
  return terminal ? borderedTable(data) : alignedTable(data);
}

/** Bytes as a person reads them, to three digits: `1.23 GB`. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 ? String(value) : value.toPrecision(3)} ${units[power] ?? ""}`;
}

/** Seconds as a person reads them: `0.4 s`, `12 s`, `3 min 05 s`. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  return `${Math.floor(seconds / 60)} min ${rest} s`;
}

/** How long ago an ISO 8601 time was, in its largest unit: `3 h`. */
export function ageText(time: string, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - Date.parse(time)) / 1000);
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

function borderedTable({ head, rows }: TableData): string {
  const table = new Table({
    head: head.map((cell) => colours.bold(cell)),
    style: { head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

function alignedTable({ head, rows }: TableData): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const lineOf = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return all.map(lineOf).join("\n");
}
