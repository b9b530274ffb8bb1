import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { HostContext } from "../../host/context";
import { isErrno, writeDurably } from "../../host/durable-file";
import { statePath } from "../../host/state-directory";

const container = z.looseObject({ id: z.string(), name: z.string(), healthy: z.boolean() });

const proof = z.looseObject({
  from: z.string(),
  to: z.string(),
  /** What was compared: every entry of both volumes, or the list and the hashes of the documents. */
  equal: z.enum(["entries", "documents"]),
  files: z.number(),
  bytes: z.number(),
  /** How much had to be written during the downtime: entries, or documents. */
  written: z.number(),
  /** Digest that both sides have. */
  sha256: z.string(),
});

// Unknown keys are kept: a later version may have added some.
const notes = z.looseObject({
  /** How often a downtime was opened. */
  attempts: z.number().int(),
  /** ISO 8601, UTC; null while the outgoing side serves. */
  openedAt: z.string().nullable(),
  /** What ran of the outgoing side when the downtime opened: exactly that runs again if it fails. */
  ran: z.array(container),
  /** Its edge, among these. */
  edge: z.string().nullable(),
  /** Null until everything is proven equal; written before the new side may serve, and from then on nothing is synced again. */
  synced: z.array(proof).nullable(),
  /** Milliseconds for which no edge served; null until the new one did. */
  downtimeMs: z.number().nullable(),
});

/** A container that runs. */
export type Running = Readonly<z.infer<typeof container>>;

/** What one synced pair was found to hold on both sides. */
export type Synced = Readonly<z.infer<typeof proof>>;

/** What a change's `sync.json` says: how far its downtime has come. */
export type SyncNotes = Readonly<z.infer<typeof notes>>;

const NOTHING_NOTED: SyncNotes = {
  attempts: 0,
  openedAt: null,
  ran: [],
  edge: null,
  synced: null,
  downtimeMs: null,
};

export async function readNotes(context: HostContext, number: number): Promise<SyncNotes> {
  const text = await readFile(notesFile(context, number), "utf8").catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  });
  return text === null ? NOTHING_NOTED : notes.parse(JSON.parse(text));
}

export async function writeNotes(
  context: HostContext,
  number: number,
  noted: SyncNotes,
): Promise<SyncNotes> {
  await writeDurably(notesFile(context, number), `${JSON.stringify(noted, null, 2)}\n`);
  return noted;
}

function notesFile(context: HostContext, number: number): string {
  return join(statePath.record(context, number), "sync.json");
}
