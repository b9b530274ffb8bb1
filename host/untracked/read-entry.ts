import { lstat, readlink } from "node:fs/promises";
import { isAbsolute, join, normalize, posix, relative } from "node:path";
import { ProblemsError } from "../../plan/problem";
import type { HostContext } from "../context";
import { isErrno } from "../durable-file";
import type { ObjectFormat } from "../git/object-format";
import { type ContentEntry, fileDigest, linkDigest } from "./content-id";

/** A file or link with everything that is put back with it. */
export interface UntrackedEntry extends ContentEntry {
  readonly uid: number;
  readonly gid: number;
  /** Target of a link; null for a file. */
  readonly target: string | null;
}

/** Reads a file or link below `root`; null if it is gone, or is neither. */
export async function readEntry(
  format: ObjectFormat,
  root: string,
  path: string,
): Promise<UntrackedEntry | null> {
  const file = join(root, path);
  try {
    const found = await lstat(file);
    const owner = { uid: found.uid, gid: found.gid };
    if (found.isSymbolicLink()) {
      const target = await readlink(file);
      return { path, mode: "120000", digest: linkDigest(format, target), ...owner, target };
    }
    if (!found.isFile()) return null;
    const digest = await fileDigest(format, file, found.size);
    return { path, mode: fileMode(found.mode), digest, ...owner, target: null };
  } catch (error) {
    if (isErrno(error, "ENOENT") || isErrno(error, "ENOTDIR")) return null;
    throw error;
  }
}

/** Refuses links that lead out of the repository: what they point to is no content of this application. */
export function refuseLinksOut(
  context: HostContext,
  links: readonly { readonly path: string; readonly target: string }[],
): void {
  const problems = links
    .filter((link) => leadsOut(context.repository, link.path, link.target))
    .map((link) => ({
      subject: `link "${link.path}"`,
      what: "leads out of the repository",
      advice: [
        `it points to ${link.target}`,
        "put the file itself there, or a link within the repository",
      ],
    }));
  if (problems.length > 0) throw new ProblemsError("read the release's files", problems);
}

function leadsOut(repository: string, path: string, target: string): boolean {
  const inside = isAbsolute(target)
    ? relative(repository, normalize(target))
    : posix.normalize(posix.join(posix.dirname(path), target));
  return inside === ".." || inside.startsWith("../");
}

function fileMode(mode: number): string {
  return `100${(mode & 0o7777).toString(8).padStart(3, "0")}`;
}
