import { randomBytes } from "node:crypto";
import { atOnce } from "../host/at-once";
import { messageOf } from "../plan/problem";
import { isLeftBehind, ownedName } from "../host/owned-name";
import { type CheckSettings, documentsBucket } from "../plan/checks/settings";
import { removeStored, unmatchedKeys } from "./document-store";
import { fill, required } from "./endpoints";
import type { HttpAnswer } from "../host/http";
import { askWithToken, fieldOf, jsonOf } from "./http";
import { type CheckScene, findingOf, type Runner } from "./scene";
import { query } from "../stores/sql";
import { database } from "./sql";

type DocumentSettings = NonNullable<CheckSettings["documents"]>;

const TRIED_BYTES = 4096;
const TRIED_PREFIX = "rollback-check-";
const TRIED_SUFFIX = ".bin";
const REMOVED_WITHIN_MS = 15_000;
const AT_ONCE = 4;

/** Ids go into paths and keys of objects. */
const PLAIN_ID = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * A document is accepted, and comes back byte by byte; then it is removed again (document: phase 3), and with it what a check that
 * was killed has left.
 */
export const documentRoundTrip: Runner<"documentRoundTrip"> = async (
  scene,
  { through },
  signal,
) => {
  const settings = required(scene.settings.documents);
  await removeLeftBehind(scene, settings, signal);
  const body = randomBytes(TRIED_BYTES);
  const path = fill(settings.upload, { name: await triedName() });
  const headers = { "content-type": "application/octet-stream" };
  const stored = await askWithToken(scene, path, signal, { method: "POST", headers, body });
  if (![200, 201].includes(stored.status)) {
    return { passed: false, found: `upload answers ${stored.status}, ${textOf(stored)}` };
  }
  const id = idOf(jsonOf(stored), settings);
  try {
    if (through === "upload") return { passed: true, found: `${TRIED_BYTES} bytes accepted` };
    const read = await content(scene, settings, id, signal);
    const same = read.status === 200 && read.body.equals(body);
    const came = `${read.status} with ${read.bytes} bytes`;
    return { passed: same, found: same ? `${TRIED_BYTES} bytes, equal` : `${came}, not equal` };
  } finally {
    await remove(scene, settings, id);
  }
};

/** A name for what is uploaded and removed again; it tells which process does. */
export async function triedName(): Promise<string> {
  return `${TRIED_PREFIX}${await ownedName()}${TRIED_SUFFIX}`;
}

/** Every row's object is readable, and every object has a row (document: phase 3, existing documents). */
export const existingDocuments: Runner<"existingDocuments"> = async (scene, _check, signal) => {
  const settings = required(scene.settings.documents);
  const before = await compared(scene, settings, signal);
  // Whoever uploads at this moment has written the object and not yet the row: a second look tells.
  const problems = before.problems.length === 0 ? [] : await lasting(scene, before, signal);
  const read = spread(before.rows, settings.readAtMost);
  const unreadable: (string | null)[] = [];
  await atOnce(AT_ONCE, [...read.entries()], async ([index, row]) => {
    unreadable[index] = await unreadableReason(scene, settings, row, signal);
  });
  return findingOf(
    [...problems, ...unreadable],
    `${before.rows.length} rows and their objects, ${read.length} of them read whole`,
  );
};

interface Comparison {
  readonly rows: readonly unknown[];
  readonly problems: readonly string[];
}

async function compared(
  scene: CheckScene,
  settings: DocumentSettings,
  signal: AbortSignal,
): Promise<Comparison> {
  const rows = await listed(scene, settings, signal);
  const keys = rows.map((row) => keyOf(settings, idOf(row, settings)));
  const { withoutObject, withoutRow } = await unmatchedKeys(
    scene,
    documentsBucket(scene.settings),
    keys,
  );
  const problems = [
    ...withoutObject.map((key) => `row ${key} has no object`),
    ...withoutRow.map((key) => `object ${key} has no row`),
  ];
  return { rows, problems };
}

async function listed(
  scene: CheckScene,
  settings: DocumentSettings,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const answer = await askWithToken(scene, settings.list, signal);
  if (answer.status !== 200) throw new Error(`${settings.list} answers ${answer.status}`);
  const rows = jsonOf(answer);
  if (!Array.isArray(rows)) throw new Error(`${settings.list} gives no list`);
  return rows as unknown[];
}

async function removeLeftBehind(
  scene: CheckScene,
  settings: DocumentSettings,
  signal: AbortSignal,
): Promise<void> {
  for (const row of await listed(scene, settings, signal)) {
    const values: unknown[] = typeof row === "object" && row !== null ? Object.values(row) : [];
    const left = await Promise.all(values.map(wasLeftBehind));
    if (left.includes(true)) await remove(scene, settings, idOf(row, settings));
  }
}

async function wasLeftBehind(name: unknown): Promise<boolean> {
  if (typeof name !== "string" || !name.startsWith(TRIED_PREFIX)) return false;
  return name.endsWith(TRIED_SUFFIX) && isLeftBehind(name.slice(0, -TRIED_SUFFIX.length));
}

async function lasting(
  scene: CheckScene,
  before: Comparison,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const again = await compared(scene, required(scene.settings.documents), signal);
  const still = new Set(again.problems);
  return before.problems.filter((problem) => still.has(problem));
}

/** Null when a document's content is what its row says. */
async function unreadableReason(
  scene: CheckScene,
  settings: DocumentSettings,
  row: unknown,
  signal: AbortSignal,
): Promise<string | null> {
  const id = idOf(row, settings);
  try {
    const answer = await content(scene, settings, id, signal);
    if (answer.status !== 200) return `document ${id}: ${answer.status}`;
    const { sha256Field } = settings;
    const wanted = sha256Field === undefined ? undefined : fieldOf(row, sha256Field);
    return wanted === undefined || wanted === answer.sha256
      ? null
      : `document ${id}: another content than its row says`;
  } catch (error) {
    return `document ${id}: ${messageOf(error)}`;
  }
}

async function content(
  scene: CheckScene,
  settings: DocumentSettings,
  id: string,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return askWithToken(scene, fill(settings.content, { id }), signal);
}

/** By the application where it can, else row and object one after the other: a row never points to nothing. */
async function remove(scene: CheckScene, settings: DocumentSettings, id: string): Promise<void> {
  try {
    if (settings.remove !== undefined) {
      const signal = AbortSignal.timeout(REMOVED_WITHIN_MS);
      const path = fill(settings.remove, { id });
      const answer = await askWithToken(scene, path, signal, { method: "DELETE" });
      if (answer.status >= 300) throw new Error(`DELETE answers ${answer.status}`);
      return;
    }
    const options = { settings: { "rollback.document": id }, writes: true };
    await query(database(scene), settings.removeSql ?? "", options);
    await removeStored(scene, documentsBucket(scene.settings), keyOf(settings, id));
  } catch (error) {
    throw new Error(`the document ${id} that was tried could not be removed: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function idOf(row: unknown, settings: DocumentSettings): string {
  const id = fieldOf(row, settings.idField);
  const text = typeof id === "number" ? String(id) : id;
  if (typeof text === "string" && PLAIN_ID.test(text)) return text;
  throw new Error(`a document's field ${settings.idField} is no id of letters and digits`);
}

function keyOf(settings: DocumentSettings, id: string): string {
  return settings.key.replaceAll("{id}", id);
}

/** As many as may be read, evenly from all. */
function spread<T>(rows: readonly T[], most: number): readonly T[] {
  if (rows.length <= most) return rows;
  const step = rows.length / most;
  return Array.from({ length: most }, (_, index) => rows[Math.floor(index * step)] as T);
}

function textOf(answer: HttpAnswer): string {
  return answer.body.toString("utf8");
}
