import { posix } from "node:path";
import { archiveMount } from "../backups/archive";
import type { ManifestVolume } from "../backups/manifest";
import type { HostContext } from "../context";
import { type HelperMount, runHelper } from "../docker/helper";

export interface Restored {
  readonly files: number;
  /** Sum of the files' sizes. */
  readonly bytes: number;
}

/**
 * Emptied first, because extracting merges; the root is not in every archive, so it is set apart. Then what the archive has is
 * compared entry by entry, and that there is nothing else, by counting.
 */
const EXTRACT_AND_COMPARE = `
root="/volume/$2"
find /volume -mindepth 1 -delete
(umask 022; mkdir -p -- "$root")
zstd -dcq -- "/backup/$1" | tar --extract --file=- --directory="$root" --delay-directory-restore \\
  --preserve-permissions --same-owner --numeric-owner --xattrs --xattrs-include='*' --acls
chown -- "$4:$5" "$root"
chmod -- "$3" "$root"
sync --file-system /volume
zstd -dcq -- "/backup/$1" | tar --compare --file=- --directory="$root" --numeric-owner >&2
find "$root" -mindepth 1 -printf x | wc -c
find "$root" -type f -printf x | wc -c
find "$root" -type f -printf '%s\\n' | awk '{ sum += $1 } END { printf "%.0f\\n", sum }'
`;

/**
 * Makes a volume hold exactly what an archive holds, and compares it afterwards (document: full rollback, step 3). Whatever was
 * there is gone; run again after an interruption it gives the same result.
 *
 * @throws Error when the volume cannot be written or is not equal to the archive afterwards.
 */
export async function extractArchive(
  context: HostContext,
  backupFolder: string,
  archive: ManifestVolume,
  volume: HelperMount,
): Promise<Restored> {
  const file = posix.basename(archive.file);
  const backup = archiveMount({ folder: backupFolder, file: archive.file }, true);
  const output = await runHelper(context, {
    purpose: "restore",
    script: EXTRACT_AND_COMPARE,
    arguments: [
      file,
      archive.below,
      archive.rootMode,
      String(archive.rootUid),
      String(archive.rootGid),
    ],
    mounts: [backup, { ...volume, readOnly: false }],
  });
  const [entries = NaN, files = NaN, bytes = NaN] = output.trim().split("\n").map(Number);
  if (entries === archive.entries) return { files, bytes };
  throw new Error(`"${archive.name}" has ${entries} entries, its archive ${archive.entries}`);
}

const COUNT = "find /volume -mindepth 1 -printf x | wc -c";

/** Files, folders and links below a volume's root. */
export async function countEntries(context: HostContext, volume: HelperMount): Promise<number> {
  const mounts = [{ ...volume, readOnly: true }];
  return Number(await runHelper(context, { purpose: "count", script: COUNT, mounts }));
}
