import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { GovernedVolume } from "../plan/application/topology";
import type { Entry } from "../backup/archives/entry";
import { readEntries } from "../backup/archives/entries-file";
import { readManifest } from "../backup/format/manifest";
import type { Sink } from "../host/docker/exec";
import { runHelper } from "../host/docker/helper";
import { volumeMount } from "../host/docker/users";
import { statePath } from "../host/state-directory";
import { documentsBucket } from "../plan/checks/settings";
import { STORES } from "../stores/stores";
import { type Origin, originOf } from "./data-intact";
import { type CheckScene, findingOf, type Runner } from "./scene";

const BATCH_LINES = 1000;

const SAME_CONTENT = readFileSync(join(__dirname, "same-content.sh"), "utf8");
const THERE = readFileSync(join(__dirname, "present-files.sh"), "utf8");

/**
 * Every object of the backup that the documents came from is there: with its hash where the store is of the same kind, by its key
 * where it is not. Objects that were added since are no trouble.
 */
export const objectsIntact: Runner<"objectsIntact"> = async (scene) => {
  const stores = scene.topology.volumes.filter(({ data }) => STORES[data].holdsDocuments);
  const results = await Promise.all(stores.map((volume) => examined(scene, volume)));
  return findingOf(
    results.flatMap(({ problems }) => problems),
    results.map(({ seen }) => seen).join("; ") || "this side keeps no documents",
  );
};

interface Examined {
  readonly problems: readonly string[];
  readonly seen: string;
}

async function examined(scene: CheckScene, volume: GovernedVolume): Promise<Examined> {
  const origin = originOf(scene, volume.name);
  if (origin === null) return { problems: [], seen: `${volume.name}: no backup to compare with` };
  const list = await objectsOf(scene, origin);
  const source = scene.context.application.stores.find(({ name }) => name === origin.volume);
  const sameKind = source?.data === volume.data;
  const bucket = documentsBucket(scene.settings);
  let objects = 0;
  const output = await runHelper(scene.context, {
    purpose: "compare objects",
    script: sameKind ? SAME_CONTENT : THERE,
    mounts: [volumeMount(scene.context, volume, { readOnly: true })],
    feed: async (write) => {
      objects = await feed(
        write,
        list,
        sameKind ? checksumLine : (entry) => keyLine(entry, bucket),
      );
    },
  });
  const lines = output.split("\n").filter((line) => line !== "");
  return {
    problems: lines.map((line) => `${volume.name}: ${line}, not as in ${origin.id}`),
    seen: `${volume.name}: ${objects} files of objects as in ${origin.id}`,
  };
}

/** The files of a backup's objects; what MinIO keeps for itself is none. */
async function objectsOf(scene: CheckScene, origin: Origin): Promise<AsyncIterable<Entry>> {
  const folder = statePath.backup(scene.context, origin.id);
  const { volumes } = await readManifest(folder);
  const archive = volumes.find(({ name }) => name === origin.volume);
  if (archive === undefined) throw new Error(`${origin.id} does not hold ${origin.volume}`);
  return ownFiles(readEntries(join(folder, archive.entriesFile)));
}

async function* ownFiles(entries: AsyncIterable<Entry>): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    const hidden = entry.path.split("/").some((part) => part.startsWith("."));
    if (entry.type === "file" && !hidden) yield entry;
  }
}

async function feed(
  write: Sink,
  entries: AsyncIterable<Entry>,
  lineOf: (entry: Entry) => string | null,
): Promise<number> {
  let lines: string[] = [];
  let count = 0;
  for await (const entry of entries) {
    const line = lineOf(entry);
    if (line === null) continue;
    lines.push(line);
    count++;
    if (lines.length < BATCH_LINES) continue;
    await write(Buffer.from(lines.join(""), "latin1"));
    lines = [];
  }
  await write(Buffer.from(lines.join(""), "latin1"));
  return count;
}

/** As sha256sum reads it; a path with a newline or a backslash is marked and escaped. */
function checksumLine({ path, sha256 }: Entry): string | null {
  if (sha256 === null) return null;
  const escaped = path.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `${escaped === path ? "" : "\\"}${sha256}  ${escaped}\n`;
}

/** Where a folder of documents has a file of its key, MinIO has a folder with `xl.meta` in the bucket. */
function keyLine({ path }: Entry, bucket: string): string | null {
  const [begin, end] = [`${bucket}/`, "/xl.meta"];
  if (!path.startsWith(begin) || !path.endsWith(end)) return null;
  const key = path.slice(begin.length, -end.length);
  return key === "" || key.includes("\n") ? null : `${key}\n`;
}
