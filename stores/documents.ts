import { createHash, type Hash } from "node:crypto";
import { atOnce } from "../host/at-once";

const AT_ONCE = 4;

/** One document of a store, as listing it tells. */
export interface StoredDocument {
  readonly key: string;
  readonly bytes: number;
  /** Another one whenever the content may be another one. */
  readonly version: string;
}

/** A place that holds documents by key: a bucket, or a folder. */
export interface DocumentStore {
  /** For messages. */
  readonly name: string;
  list(): Promise<StoredDocument[]>;
  /** Null when there is no such document any more. */
  read(key: string): Promise<AsyncIterable<Buffer> | null>;
  /** Replaces a document as a whole, or leaves it as it was. */
  write(document: StoredDocument, content: AsyncIterable<Buffer>): Promise<void>;
  /** Removes every document but these, and what unfinished writes have left. */
  keepOnly(keys: ReadonlySet<string>): Promise<void>;
}

/** What was found in both stores: the proof that they hold the same. */
export interface CopiedDocuments {
  readonly documents: number;
  /** Sum of their sizes. */
  readonly bytes: number;
  /** How many had to be written. */
  readonly written: number;
  /** Digest of the list: hash, size and key of each document, in the order of the keys. */
  readonly sha256: string;
}

/**
 * Makes one store hold exactly the documents of another, or, merged, all of them beside its own, by list and hash. What has been hashed is remembered by its version,
 * so a second run, when nobody writes any more, reads only what has changed since the first.
 */
export class DocumentCopy {
  private readonly hashes = new Map<DocumentStore, Map<string, string>>();

  constructor(
    private readonly from: DocumentStore,
    private readonly to: DocumentStore,
    private readonly options: { readonly merged: boolean } = { merged: false },
  ) {}

  /** Brings over what is there now, while it may be written to: as near as possible, nothing is proven. */
  async ahead(): Promise<number> {
    const { written } = await this.copy((error) => {
      if (!(error instanceof ChangedMeanwhile)) throw error;
    });
    return written;
  }

  /**
   * Makes both equal (merged: as far as the first goes), which nobody writes to meanwhile.
   *
   * @throws Error when they are not equal afterwards.
   */
  async exact(): Promise<CopiedDocuments> {
    const { wanted, written } = await this.copy((error) => {
      throw error;
    });
    const keys = new Set(wanted.map(({ key }) => key));
    const there = await this.to.list();
    const compared = this.options.merged ? there.filter(({ key }) => keys.has(key)) : there;
    const found = await this.hashed(this.to, compared);
    const digest = digestOf(wanted);
    if (digest !== digestOf(found)) {
      const what = `${this.to.name} does not hold what ${this.from.name} holds`;
      throw new Error(`${what}: ${differing(wanted, found)}`);
    }
    const bytes = wanted.reduce((sum, document) => sum + document.bytes, 0);
    return { documents: wanted.length, bytes, written, sha256: digest };
  }

  private async copy(
    failed: (error: unknown) => void,
  ): Promise<{ wanted: Hashed[]; written: number }> {
    const [listed, there] = await Promise.all([this.from.list(), this.to.list()]);
    const found = new Map(
      (await this.hashed(this.to, there)).map(({ key, sha256 }) => [key, sha256]),
    );
    // First what is in the way: a file may stand where a folder has to be.
    const kept = this.options.merged ? [...listed, ...there] : listed;
    await this.to.keepOnly(new Set(kept.map(({ key }) => key)));
    const wanted: Hashed[] = [];
    let written = 0;
    await atOnce(AT_ONCE, listed, async (document) => {
      try {
        const there = found.get(document.key);
        const sha256 = await this.bring(document, there);
        wanted.push({ ...document, sha256 });
        if (sha256 !== there) written += 1;
      } catch (error) {
        failed(error);
      }
    });
    return { wanted, written };
  }

  /** Its hash; one that the other store does not have is read once, for its hash and its copy alike. */
  private async bring(document: StoredDocument, found: string | undefined): Promise<string> {
    const sha256 =
      this.known(this.from, document) ??
      (found === undefined ? undefined : await this.hash(this.from, document));
    return sha256 !== undefined && sha256 === found ? sha256 : this.copyOne(document);
  }

  private async copyOne(document: StoredDocument): Promise<string> {
    const hash = createHash("sha256");
    await this.to.write(document, this.reading(this.from, document, hash));
    return this.remember(this.from, document, hash.digest("hex"));
  }

  private async hashed(
    store: DocumentStore,
    documents: readonly StoredDocument[],
  ): Promise<Hashed[]> {
    const hashed: Hashed[] = [];
    await atOnce(AT_ONCE, documents, async (document) => {
      const sha256 = this.known(store, document) ?? (await this.hash(store, document));
      hashed.push({ ...document, sha256 });
    });
    return hashed;
  }

  private async hash(store: DocumentStore, document: StoredDocument): Promise<string> {
    const hash = createHash("sha256");
    const reading = this.reading(store, document, hash);
    while ((await reading.next()).done !== true);
    return this.remember(store, document, hash.digest("hex"));
  }

  private async *reading(
    store: DocumentStore,
    document: StoredDocument,
    hash: Hash,
  ): AsyncGenerator<Buffer> {
    const content = await store.read(document.key);
    if (content === null) throw new ChangedMeanwhile(store, document, "is gone");
    let bytes = 0;
    for await (const piece of content) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
    if (bytes !== document.bytes) {
      throw new ChangedMeanwhile(store, document, `has ${bytes} bytes, not ${document.bytes}`);
    }
  }

  private known(store: DocumentStore, { key, version }: StoredDocument): string | undefined {
    return this.hashes.get(store)?.get(nameOf(key, version));
  }

  private remember(store: DocumentStore, { key, version }: StoredDocument, sha256: string): string {
    const known = this.hashes.get(store) ?? new Map<string, string>();
    known.set(nameOf(key, version), sha256);
    this.hashes.set(store, known);
    return sha256;
  }
}

class ChangedMeanwhile extends Error {
  constructor(store: DocumentStore, document: StoredDocument, what: string) {
    super(`"${document.key}" in ${store.name} changed while it was read: it ${what}`);
  }
}

interface Hashed extends StoredDocument {
  readonly sha256: string;
}

function nameOf(key: string, version: string): string {
  return JSON.stringify([key, version]);
}

function digestOf(documents: readonly Hashed[]): string {
  const hash = createHash("sha256");
  const sorted = [...documents].sort((one, other) => (one.key < other.key ? -1 : 1));
  for (const { key, bytes, sha256 } of sorted) {
    hash.update(`${sha256} ${bytes} ${JSON.stringify(key)}\n`);
  }
  return hash.digest("hex");
}

/** The first few keys that one has and the other has not, or with other content. */
function differing(wanted: readonly Hashed[], found: readonly Hashed[]): string {
  const hashes = new Map(found.map(({ key, sha256 }) => [key, sha256]));
  const keys = new Set(wanted.map(({ key }) => key));
  const names = [
    ...wanted.filter(({ key, sha256 }) => hashes.get(key) !== sha256),
    ...found.filter(({ key }) => !keys.has(key)),
  ].map(({ key }) => JSON.stringify(key));
  return `${names.length} differ, among them ${names.slice(0, 3).join(", ")}`;
}
