import { readFileSync } from "node:fs";
import { type FileHandle, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import type { GovernedVolume } from "../../plan/application/topology";
import { type EntriesSummary, writeEntries } from "../archives/entries-file";
import { makePipe, type Pipe } from "../archives/pipe";
import { readTar } from "../archives/read-tar";
import type { HostContext } from "../../host/context";
import { WIDE_PIPES } from "../../host/docker/wide-pipes";
import { openSession, type Session } from "../../host/docker/session";
import type { HelperMount } from "../../host/docker/helper";
import { volumeMount } from "../../host/docker/users";
import { makePrivateFolder } from "../../host/durable-file";
import type { Passes } from "../../stores/reading";
import { heldOpen } from "./held-open";
import { archiveFile, entriesFile, type ManifestVolume } from "../format/manifest";
import { openSignals } from "./signals";
import { fileChecksum } from "../format/verify-archive";

/** Where a reader's helper has things. */
const SESSION = "/session";
/** Folder in it, with what is not in the volume but comes into its archive. */
const EXTRA = "extra";

/** What a reader's helper can do. */
const READER_COMMANDS = `${WIDE_PIPES}\n${readFileSync(join(__dirname, "reader.sh"), "utf8")}`;

export interface ReaderSettings {
  readonly volume: GovernedVolume;
  /** Patterns, as `./folder/*`, of what is left out. */
  readonly exclude: readonly string[];
  /** Hears how many bytes were read so far, headers included, and about how many there are. */
  readonly onBytes: (done: number, total: number) => void;
}

/** What is known of a volume's archive and list when both are written. */
export type ReadArchive = Pick<
  ManifestVolume,
  | "file"
  | "bytes"
  | "sha256"
  | "entriesFile"
  | "entries"
  | "files"
  | "contentBytes"
  | "entriesSha256"
>;

/** Reads one volume into its archive, in as many passes as it takes. Everything is hashed and listed while it passes. */
export interface Reader extends Passes {
  /** About how many bytes there are to read. */
  readonly total: number;
  /** To be called after the last pass. */
  finish(): Promise<ReadArchive>;
  /** Has to be called, whatever happened; ends what is still read. */
  end(): Promise<void>;
}

/** Folder of what helpers and this process share while volumes are read, in that of the backup. */
export const READING = ".reading";
const INPUT = "archive";
const STREAM = "stream";

/** Starts a helper that reads a volume into the folder of a backup that is being made; `end` has to be called. */
export async function openReader(
  context: HostContext,
  part: string,
  settings: ReaderSettings,
): Promise<Reader> {
  const { volume, exclude } = settings;
  const file = archiveFile(volume.name);
  const folder = join(part, READING, posix.basename(file));
  await makePrivateFolder(join(folder, EXTRA));
  const [input, stream] = [await makePipe(folder, INPUT), await makePipe(folder, STREAM)];
  const mounts: HelperMount[] = [
    volumeMount(context, volume, { readOnly: true }),
    { type: "bind", source: join(part, dirname(file)), target: "/backup", readOnly: false },
    { type: "bind", source: folder, target: SESSION, readOnly: false },
  ];
  const commands = READER_COMMANDS;
  const session = await openSession(context, { purpose: "backup", commands, mounts });
  try {
    const total = Number(await session.run("list", "seen", ...exclude));
    const stored = session.run("store", posix.basename(file), STREAM);
    const held = await Promise.race([heldOpen(input.path), firstFailure([stored])]);
    return new VolumeReader(part, folder, settings, total, session, stream, stored, held);
  } catch (error) {
    await session.end();
    throw error;
  }
}

class VolumeReader implements Reader {
  private readonly entries: Promise<EntriesSummary>;
  private readonly broken: Promise<never>;

  constructor(
    private readonly part: string,
    private readonly folder: string,
    private readonly settings: ReaderSettings,
    readonly total: number,
    private readonly session: Session,
    private readonly stream: Pipe,
    private readonly stored: Promise<unknown>,
    private readonly held: FileHandle,
  ) {
    const { name } = settings.volume;
    const chunks = counted(stream.read(), (done) => {
      settings.onBytes(done, total);
    });
    this.entries = writeEntries(join(part, entriesFile(name)), readTar(chunks));
    this.broken = firstFailure([this.stored, this.entries]);
  }

  async all(how: "quiet" | "written"): Promise<void> {
    await this.run("all", how, ...this.settings.exclude);
  }

  async changed(): Promise<void> {
    await this.run("changed", ...this.settings.exclude);
  }

  async look(): Promise<number> {
    return Number(await this.run("look", ...this.settings.exclude));
  }

  async again(): Promise<number> {
    return Number(await this.run("again"));
  }

  async frozen<T>(during: (read: () => Promise<void>) => Promise<T>): Promise<T> {
    const signals = await openSignals(this.folder);
    try {
      const running = this.run("frozen");
      const failed = firstFailure([running]);
      await Promise.race([signals.ready(), failed]);
      const result = await during(() => Promise.race([signals.exchange(), failed]));
      await signals.end();
      await running;
      return result;
    } finally {
      await signals.end();
    }
  }

  async extra(files: Readonly<Record<string, string>>, like: string): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.folder, EXTRA, path);
      await makePrivateFolder(dirname(file));
      await writeFile(file, content, { mode: 0o600 });
    }
    await this.run("extra", like);
  }

  async listed(paths: readonly string[]): Promise<void> {
    const list = paths.map((path) => `./${path}\0`).join("");
    await writeFile(join(this.folder, "wanted"), list, { mode: 0o600 });
    await this.run("wanted", "quiet");
  }

  async finish(): Promise<ReadArchive> {
    await this.held.close();
    const [summary] = await Promise.all([this.entries, this.stored]);
    const { name } = this.settings.volume;
    const file = archiveFile(name);
    const path = join(this.part, file);
    return {
      file,
      bytes: (await stat(path)).size,
      sha256: await fileChecksum(path),
      entriesFile: entriesFile(name),
      entries: summary.entries,
      files: summary.files,
      contentBytes: summary.bytes,
      entriesSha256: summary.sha256,
    };
  }

  async end(): Promise<void> {
    await this.session.end();
    await this.stream.remove();
    await this.held.close();
    await Promise.allSettled([this.entries, this.stored]);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A pass cannot end when nobody takes what it reads. */
  private run(command: string, ...values: readonly string[]): Promise<string> {
    return Promise.race([this.session.run(command, ...values), this.broken]);
  }
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: (done: number) => void,
): AsyncGenerator<Buffer> {
  let done = 0;
  for await (const chunk of chunks) {
    done += chunk.length;
    onBytes(done);
    yield chunk;
  }
}

/** Never fulfilled. */
function firstFailure(works: readonly Promise<unknown>[]): Promise<never> {
  const failure = new Promise<never>((_, reject) => {
    for (const work of works) work.catch(reject);
  });
  // Looked at only while something is asked.
  failure.catch(() => undefined);
  return failure;
}
