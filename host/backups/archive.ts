import { dirname, posix } from "node:path";
import type { HostContext } from "../context";
import type { Sink } from "../docker/exec";
import { type HelperMount, runHelper } from "../docker/helper";

/** What is known of an archive as soon as it is written. */
export interface WrittenArchive {
  readonly sha256: string;
  readonly rootMode: string;
  readonly rootUid: number;
  readonly rootGid: number;
}

export interface ArchiveTarget {
  /** The backup's folder, absolute. */
  readonly folder: string;
  /** The archive, relative to it. */
  readonly file: string;
}

export interface CopyOptions {
  /** Pattern of entries directly below the root to leave out. */
  readonly exclude?: string;
  /** Files that change or vanish while they are read are no error. */
  readonly whileWritten: boolean;
}

/** Entries stand relative to the root; nothing of owners, modes, times, links, attributes or holes is lost. */
const COPY = `
exclude=(); [[ -z "$2" ]] || exclude=(--anchored --exclude="./$2")
stat --format='%a %u %g' /volume
{ tar --create --file=- --directory=/volume --format=posix --pax-option=delete=atime,delete=ctime \\
    --numeric-owner --xattrs --xattrs-include='*' --acls --sparse "\${exclude[@]}" . \\
    || [[ $? -eq 1 && "$3" == whileWritten ]]; } \\
  | zstd -T0 -1 -q | tee -- "/backup/$1" | sha256sum
`;

const STORE = `
stat --format='%a %u %g' "/volume/$2"
zstd -T0 -1 -q | tee -- "/backup/$1" | sha256sum
`;

/** A second process reads the names, so that both the compression's and the archive's structure are proven. */
const READ_BACK = `
for archive; do
  checksum=$(sha256sum < "/backup/$archive")
  entries=$(zstd -dcq -- "/backup/$archive" | tar --list --file=- --quoting-style=escape \\
    | sed -e 's#/$##' -e 's#^\\./##' -e '/^\\.$/d' | sort -u | wc -l)
  echo "\${checksum%% *} $entries"
done
`;

/** Writes everything below a volume's root to an archive (document: pre-execution backup, step 3). */
export async function archiveVolume(
  context: HostContext,
  volume: HelperMount,
  target: ArchiveTarget,
  options: CopyOptions,
): Promise<WrittenArchive> {
  const output = await runHelper(context, {
    purpose: "backup",
    script: COPY,
    arguments: [
      posix.basename(target.file),
      options.exclude ?? "",
      options.whileWritten ? "whileWritten" : "quiet",
    ],
    mounts: [volume, archiveMount(target, false)],
  });
  return written(output);
}

/** Writes a tar stream that somebody else makes to an archive; `below` is the folder of the volume that it was made of. */
export async function archiveStream(
  context: HostContext,
  volume: HelperMount,
  target: ArchiveTarget,
  below: string,
  feed: (write: Sink) => Promise<void>,
): Promise<WrittenArchive> {
  const output = await runHelper(context, {
    purpose: "backup",
    script: STORE,
    arguments: [posix.basename(target.file), below],
    mounts: [volume, archiveMount(target, false)],
    feed,
  });
  return written(output);
}

/** Reads archives from end to end; for each, in their order: its checksum, and how many entries it has. */
export async function readBack(
  context: HostContext,
  targets: readonly ArchiveTarget[],
): Promise<{ sha256: string; entries: number }[]> {
  const [first] = targets;
  if (first === undefined) return [];
  const output = await runHelper(context, {
    purpose: "verify",
    script: READ_BACK,
    arguments: targets.map((target) => posix.basename(target.file)),
    mounts: [archiveMount(first, true)],
  });
  return output
    .trim()
    .split("\n")
    .map((line) => {
      const [sha256 = "", entries = ""] = line.split(" ");
      return { sha256, entries: Number(entries) };
    });
}

/** The archives' folder, as /backup. */
export function archiveMount(target: ArchiveTarget, readOnly: boolean): HelperMount {
  const source = posix.join(target.folder, dirname(target.file));
  return { type: "bind", source, target: "/backup", readOnly };
}

function written(output: string): WrittenArchive {
  const match = /^([0-7]+) (\d+) (\d+)\n([0-9a-f]{64}) /.exec(output);
  const [, rootMode, rootUid, rootGid, sha256] = match ?? [];
  if (rootMode === undefined || sha256 === undefined) {
    throw new Error(`the helper did not tell the archive's checksum: "${output.slice(0, 200)}"`);
  }
  return { sha256, rootMode, rootUid: Number(rootUid), rootGid: Number(rootGid) };
}
