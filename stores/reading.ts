/** Passes over one volume, each into its archive: of what is read twice, the later counts. One pass at a time. */
export interface Passes {
  /** Everything. Unless the volume is written meanwhile, nothing may vanish or change. */
  all(how: "quiet" | "written"): Promise<void>;
  /** What changed since the pass before. */
  changed(): Promise<void>;
  /** Tells how many files were written since the last pass began, or are gone: those may not have been read whole. */
  look(): Promise<number>;
  /** Those, and what belongs together with them, once more. Tells the same again. */
  again(): Promise<number>;
  /** Those while nobody writes: gets ready, and lets `during` say when to read. */
  frozen<T>(during: (read: () => Promise<void>) => Promise<T>): Promise<T>;
  /** Files that are not in the volume, by path; with the owner of one that is. */
  extra(files: Readonly<Record<string, string>>, like: string): Promise<void>;
  /** Paths of the volume; each must be there. */
  listed(paths: readonly string[]): Promise<void>;
}

/** What one volume tells the others of its backup, and hears of them. */
export interface Moment {
  /** Its content has been read once; resolves when that of all others has too. */
  readOnce(): Promise<void>;
  /** What changed meanwhile has been read; resolves when that is so for all others. */
  caughtUp(): Promise<void>;
  /** What it holds belongs to a moment that is past. */
  fixed(): void;
  /** All databases are fixed. */
  databasesFixed(): Promise<void>;
}

/** How a volume will be read. */
export interface Reading {
  /** Patterns, as `./folder/*`, of what is left out. */
  readonly exclude: readonly string[];
  /** Whether it says by itself at which moment its content is fixed. */
  readonly database: boolean;
  /** All passes; says how it was done, for a person. */
  readonly read: (passes: Passes, moment: Moment) => Promise<string>;
}
