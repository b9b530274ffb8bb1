import { readFile, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

const OTHERS = 0o077;

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

/** Encrypts a stream with age (https://age-encryption.org) for everybody named; `age --decrypt` reads it too. Memory stays flat. */
export async function seal(
  content: AsyncIterable<Buffer>,
  recipients: readonly string[],
): Promise<AsyncIterable<Buffer>> {
  const { Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return buffers(await encrypter.encrypt(streamOf(content)));
}

/**
 * Decrypts such a stream with the identities of a file as `age-keygen` writes it.
 *
 * @throws Error when none of them opens it, when it was changed, or when others can read the file.
 */
export async function unseal(
  content: AsyncIterable<Buffer>,
  identityFile: string,
): Promise<AsyncIterable<Buffer>> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  for (const identity of await readIdentities(identityFile)) decrypter.addIdentity(identity);
  return buffers(await decrypter.decrypt(streamOf(content)));
}

async function readIdentities(file: string): Promise<string[]> {
  const { mode } = await stat(file);
  if ((mode & OTHERS) !== 0) {
    throw new Error(`"${file}" holds a key and can be read by others: chmod 600 it`);
  }
  const lines = (await readFile(file, "utf8")).split("\n").map((line) => line.trim());
  const identities = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (identities.length > 0) return identities;
  throw new Error(`"${file}" holds no age identity (AGE-SECRET-KEY-1…)`);
}

function streamOf(content: AsyncIterable<Buffer>): Bytes {
  return Readable.toWeb(Readable.from(content, { objectMode: false })) as Bytes;
}

async function* buffers(stream: unknown): AsyncGenerator<Buffer> {
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
  }
}
