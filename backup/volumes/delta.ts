import type { Difference } from "../archives/compare";
import { PathList } from "./path-list";
import type { VolumeSession } from "./volume-session";

/** Above it, writing everything is simpler than to choose. */
const CHOSEN_PATHS = 20_000;
const BLOCK_BYTES = 4096;

/** What has to happen to a volume so that it holds what is wanted. */
export interface Delta {
  /** Number of paths at which something is not as wanted; 0: there is nothing to do. */
  readonly different: number;
  /** What has to be written; null: more than can be chosen one by one. */
  readonly written: ReadonlySet<string> | null;
  /** Sum of the sizes of the files that have to be written. */
  readonly writtenBytes: number;
  /** How much more room than now is needed in between, in bytes. */
  readonly neededBytes: number;
  /** Lists in the shared folder: what has to go first, and attributes that folders have too many. */
  readonly removed: PathList;
  readonly attributes: PathList;
}

/** Turns differences into work. Lists go to files, so that memory stays flat. */
export async function planDelta(
  session: VolumeSession,
  differences: AsyncIterable<Difference>,
): Promise<Delta> {
  const removed = await PathList.make(session);
  const attributes = await PathList.make(session);
  const written = new Set<string>();
  const room = new Room();
  let different = 0;
  let writtenBytes = 0;
  /** A folder that goes, with all that is in it. */
  let gone = "";
  try {
    for await (const difference of differences) {
      const { path, wanted, found } = difference;
      different += 1;
      room.add(difference);
      if (wanted !== undefined) {
        writtenBytes += wanted.size;
        if (written.size <= CHOSEN_PATHS) written.add(path);
      }
      if (isInTheWay(difference) && (gone === "" || !path.startsWith(gone))) {
        await removed.addPath(path);
        if (found?.type === "directory") gone = `${path}/`;
      }
      await addAttributes(attributes, difference);
    }
  } finally {
    await removed.close();
    await attributes.close();
  }
  const tooMany = written.size > CHOSEN_PATHS;
  return {
    ...{ different, written: tooMany ? null : written, writtenBytes, removed, attributes },
    neededBytes: room.needed,
  };
}

/** Extracting replaces whatever has the same type; the root cannot go. */
function isInTheWay({ kind, what, path }: Difference): boolean {
  return path !== "." && (kind === "extra" || what.includes("type"));
}

/** Extracting sets a folder's attributes, but takes none away; access control lists it does reset. */
async function addAttributes(list: PathList, { path, wanted, found }: Difference): Promise<void> {
  if (wanted?.type !== "directory" || found?.type !== "directory") return;
  for (const name of Object.keys(found.xattrs)) {
    if (name.startsWith("acl.") || Object.hasOwn(wanted.xattrs, name)) continue;
    await list.add(name);
    await list.addPath(path);
  }
}

/** What is in the way goes first; then each file is written after the one that it replaces has gone, in the order of paths. */
class Room {
  private freedFirst = 0;
  private now = 0;
  private most = 0;

  add(difference: Difference): void {
    const { wanted, found } = difference;
    const freed = found === undefined ? 0 : blocks(found.size);
    if (isInTheWay(difference)) this.freedFirst += freed;
    else this.now -= freed;
    // A new folder or link takes up to a block too.
    if (wanted !== undefined)
      this.now += found === undefined ? blocks(wanted.size || 1) : blocks(wanted.size);
    this.most = Math.max(this.most, this.now);
  }

  get needed(): number {
    return Math.max(0, this.most - this.freedFirst);
  }
}

function blocks(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}
