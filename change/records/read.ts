import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChangeRecord } from "../../plan/model/observed";
import { messageOf, type Problem, ProblemsError } from "../../plan/problem";
import type { HostContext } from "../../host/context";
import { isErrno } from "../../host/durable-file";
import { statePath } from "../../host/state-directory";
import { parseChange, type StoredChange } from "./format";
import { readSteps } from "./steps";
import { writtenVolumes } from "./written";

/** All records, ascending by number; throws one `ProblemsError` that names every record that cannot be read. */
export async function readRecorded(context: HostContext): Promise<ChangeRecord[]> {
  const { changes, problems } = await readRecords(context);
  if (problems.length > 0) throw new ProblemsError("read the records of earlier changes", problems);
  return changes;
}

/** Like `readRecorded`, for a caller that collects problems with others. */
async function readRecords(
  context: HostContext,
): Promise<{ changes: ChangeRecord[]; problems: Problem[] }> {
  const changes: ChangeRecord[] = [];
  const problems: Problem[] = [];
  for (const number of await recordNumbers(context)) {
    try {
      const change = await readChangeRecord(context, number);
      if (change !== null) changes.push(change);
    } catch (error) {
      problems.push(unreadable(context, number, error));
    }
  }
  return { changes, problems };
}

/** Numbers that have a record folder, ascending, readable or not. */
export async function recordNumbers(context: HostContext): Promise<number[]> {
  const names = await readdir(statePath.records(context)).catch(nothingThere);
  return names
    .filter((name) => /^[1-9][0-9]*$/.test(name))
    .map(Number)
    .sort((one, other) => one - other);
}

/** What a change's record holds; null if none was begun under that number. */
export async function readChange(
  context: HostContext,
  number: number,
): Promise<StoredChange | null> {
  const file = changeFile(context, number);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  });
  if (text === null) return null;
  const change = parseChange(text);
  if (change.request.number !== number) {
    throw new Error(`it is the record of change ${change.request.number}`);
  }
  return change;
}

export function changeFile(context: HostContext, number: number): string {
  return join(statePath.record(context, number), "change.json");
}

async function readChangeRecord(
  context: HostContext,
  number: number,
): Promise<ChangeRecord | null> {
  const change = await readChange(context, number);
  if (change === null) return null;
  const { request, state, cutOver, outgoingUntracked, outgoingBranch, workTreeMoved } = change;
  const written = writtenVolumes(await readSteps(context, number));
  return { request, state, cutOver, written, outgoingUntracked, outgoingBranch, workTreeMoved };
}

function unreadable(context: HostContext, number: number, error: unknown): Problem {
  const reason = messageOf(error);
  return {
    subject: `record ${number}`,
    what: "cannot be read",
    advice: [
      `${statePath.record(context, number)}: ${reason.split("\n")[0] ?? ""}`,
      "bring the file back from a copy, or move the folder out of records/ to go on without it",
    ],
  };
}

function nothingThere(error: unknown): string[] {
  if (isErrno(error, "ENOENT")) return [];
  throw error;
}
