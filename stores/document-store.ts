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
