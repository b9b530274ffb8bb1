import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Workspace } from "../../demo/workspace";
import { NAMES } from "./application";

export interface Step {
  readonly step: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export interface Change {
  readonly state: string;
  readonly cutOver: boolean;
  readonly request: { readonly number: number; readonly stack: string; readonly kind: string };
}

/** Numbers of the records, ascending. */
export async function recordNumbers(workspace: Workspace): Promise<number[]> {
  const names = await readdir(join(workspace.stateDirectory, "records")).catch(() => []);
  return names.map(Number).sort((one, other) => one - other);
}

export async function readChange(workspace: Workspace, number: number): Promise<Change | null> {
  return readJson<Change>(join(folderOf(workspace, number), "change.json"));
}

/** The steps of a change that have begun, by name. */
export async function readSteps(
  workspace: Workspace,
  number: number,
): Promise<ReadonlyMap<string, Step>> {
  const folder = join(folderOf(workspace, number), "steps");
  const names = await readdir(folder).catch(() => []);
  const steps = await Promise.all(
    names.filter((name) => !name.startsWith(".")).map((name) => readJson<Step>(join(folder, name))),
  );
  return new Map(steps.flatMap((step) => (step === null ? [] : [[step.step, step] as const])));
}

/** What the checks of a change found, by the check's name; empty if nobody has looked. */
export async function readChecks(
  workspace: Workspace,
  number: number,
  file: "checks.json" | "checks-before.json",
): Promise<ReadonlyMap<string, string>> {
  const stored = await readJson<{ results: { name: string; outcome: string }[] }>(
    join(folderOf(workspace, number), file),
  );
  return new Map(stored?.results.map(({ name, outcome }) => [name, outcome]));
}

/** A change's entry in the application's log of rollbacks; empty if it has none. */
export async function logEntry(workspace: Workspace, number: number): Promise<string> {
  const log = await readFile(join(workspace.repository, NAMES.rollbackLog), "utf8");
  const entries = log.split(/^(?=## )/m);
  return entries.find((entry) => entry.startsWith(`## Change ${number}:`)) ?? "";
}

function folderOf(workspace: Workspace, number: number): string {
  return join(workspace.stateDirectory, "records", String(number));
}

async function readJson<T>(file: string): Promise<T | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  return text === null ? null : (JSON.parse(text) as T);
}

/** What a step has left in the record; fails if it has not ended. */
export async function readResult<T>(
  workspace: Workspace,
  number: number,
  step: string,
): Promise<T> {
  const stored = await readJson<{ readonly result: T | null }>(
    join(folderOf(workspace, number), "steps", `${step}.json`),
  );
  if (!stored?.result) throw new Error(`step "${step}" of change ${number} has no result`);
  return stored.result;
}
