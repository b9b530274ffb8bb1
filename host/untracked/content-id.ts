import { createHash, createHmac, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import type { HostContext } from "../context";
import { createDurably, isErrno, makePrivateFolder } from "../durable-file";
import type { ObjectFormat } from "../git/object-format";
import { statePath } from "../state-directory";

/** A file or link as its content id sees it. */
export interface ContentEntry {
  /** Relative to the repository, or to the folder that is looked at. */
  readonly path: string;
  /** Octal, type and permissions as git writes them: 100600, 100755, 120000. */
  readonly mode: string;
  /** The name that git would give the bytes (of a link: of its target). */
  readonly digest: string;
}

const KEY_BYTES = 32;

/**
 * Names a set of files by paths, modes and bytes. The hash is keyed, since the name is written where many can read it and
 * the files may be secrets short enough to guess.
 */
export async function contentId(
  context: HostContext,
  entries: readonly ContentEntry[],
): Promise<string> {
  const hash = createHmac("sha256", await contentKey(context));
  for (const entry of sorted(entries)) hash.update(`${entry.mode} ${entry.digest} ${entry.path}\0`);
  return hash.digest("hex");
}

/** Names texts that may be secret: the same name for the same text on this host, and none that tells the text. */
export async function textDigester(context: HostContext): Promise<(text: string) => string> {
  const key = await contentKey(context);
  return (text) =>
    createHmac("sha256", key).update("text\0").update(text).digest("hex").slice(0, 32);
}

/** The name that git gives to a file's bytes; reads the file as a stream. */
export async function fileDigest(
  format: ObjectFormat,
  file: string,
  bytes: number,
): Promise<string> {
  const hash = createHash(format).update(`blob ${bytes}\0`);
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** The name that git gives to a link. */
export function linkDigest(format: ObjectFormat, target: string): string {
  const bytes = Buffer.from(target);
  return createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function sorted(entries: readonly ContentEntry[]): ContentEntry[] {
  return [...entries].sort((left, right) =>
    left.path < right.path ? -1 : Number(left.path > right.path),
  );
}

/** Made once per Docker host; of two that make it at once exactly one wins. */
async function contentKey(context: HostContext): Promise<Buffer> {
  const file = statePath.contentKey(context);
  const found = await readKey(file);
  if (found !== null) return found;
  await makePrivateFolder(dirname(file));
  await createDurably(file, randomBytes(KEY_BYTES));
  const made = await readKey(file);
  if (made === null) throw new Error(`${file} was made and is gone`);
  return made;
}

async function readKey(file: string): Promise<Buffer | null> {
  const key = await readFile(file).catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  });
  if (key !== null && key.length !== KEY_BYTES) {
    throw new Error(`${file} is damaged: ${key.length} bytes instead of ${KEY_BYTES}`);
  }
  return key;
}
