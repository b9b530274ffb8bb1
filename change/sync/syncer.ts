import type { Client } from "minio";
import type { SyncedDocuments, SyncedVolumes, Sync } from "../../plan/data/sync";
import type { GovernedVolume } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { containerOf } from "../../host/docker/containers";
import { endStaleHelpers, folderPath, volumeMount, volumeUsers } from "../../host/docker/users";
import { startMissing } from "../edge/health";
import { syncVolume } from "../../backup/volumes/sync";
import { DocumentBucket } from "../../stores/bucket";
import { DocumentCopy, type DocumentStore } from "../../stores/documents";
import { DocumentFolder } from "../../stores/files";
import { minioOfContainer } from "../../stores/minio-client";
import { withMinioOn } from "../../stores/minio-server";
import type { Synced } from "./notes";

/** Syncs everything of a change; what it has read ahead it does not read again during the downtime. */
export class Syncer {
  private copies: readonly { pair: SyncedDocuments; copy: DocumentCopy }[] | undefined;

  constructor(
    private readonly context: HostContext,
    private readonly syncing: Sync,
    private readonly bucket: string,
    private readonly scratchStore?: Client,
  ) {}

  /** Copies documents while the live side serves; databases were seeded from a backup of it. */
  async ahead(): Promise<void> {
    for (const { pair, copy } of await this.documentCopies()) {
      const written = await copy.ahead();
      this.context.report(`${pair.to.name}: ${written} documents copied ahead`);
    }
  }

  /**
   * Makes each pair equal and proves it, all at once; nobody may write to either side.
   *
   * @throws Error when a pair is not equal afterwards, when none of the others is at work any more.
   */
  async sync(): Promise<Synced[]> {
    const copies = await this.documentCopies();
    const runs = await Promise.allSettled([
      ...this.syncing.volumes.map((pair) => this.syncVolume(pair)),
      ...copies.map(({ pair, copy }) => this.syncDocuments(pair, copy)),
    ]);
    return runs.map((run) => {
      if (run.status === "rejected") throw run.reason;
      return run.value;
    });
  }

  private async syncVolume({ from, to }: SyncedVolumes): Promise<Synced> {
    await endStaleHelpers(this.context, to);
    await refuseUsed(this.context, from);
    await refuseUsed(this.context, to);
    const { files, bytes, written, sha256 } = await syncVolume(
      this.context,
      volumeMount(this.context, from, { readOnly: true }),
      volumeMount(this.context, to, { readOnly: false }),
    );
    return this.told({
      ...{ from: from.name, to: to.name, equal: "entries" },
      ...{ files, bytes, written, sha256 },
    });
  }

  private async syncDocuments({ from, to }: SyncedDocuments, copy: DocumentCopy): Promise<Synced> {
    const { documents, bytes, written, sha256 } = await copy.exact();
    return this.told({
      ...{ from: from.name, to: to.name, equal: "documents" },
      ...{ files: documents, bytes, written, sha256 },
    });
  }

  private told(synced: Synced): Synced {
    const { from, to, equal, files, bytes, written, sha256 } = synced;
    this.context.report(
      `${to} equals ${from}: ${files} files, ${bytes} bytes, ${written} ${equal} written (${sha256.slice(0, 12)})`,
    );
    return synced;
  }

  private async documentCopies() {
    this.copies ??= await Promise.all(
      this.syncing.documents.map(async (pair) => {
        if (pair.storeRuns) await startMissing(this.context, [pair.objectStore]);
        const [from, to] = await Promise.all([this.store(pair, "from"), this.store(pair, "to")]);
        return { pair, copy: new DocumentCopy(from, to, { merged: pair.merged }) };
      }),
    );
    return this.copies;
  }

  private async store(pair: SyncedDocuments, side: "from" | "to"): Promise<DocumentStore> {
    const volume = pair[side];
    if (volume.data !== "minio") return new DocumentFolder(folderPath(this.context, volume));
    const client =
      this.scratchStore ?? (await minioOfContainer(containerOf(this.context, pair.objectStore)));
    return new DocumentBucket(client, this.bucket);
  }
}

/** Lets `work` sync; where the bucket's own object store cannot run, on one that is started for this alone, from `image`. */
export async function withObjectStore<T>(
  context: HostContext,
  { documents }: Sync,
  image: string | null,
  work: (client: Client | undefined) => Promise<T>,
): Promise<T> {
  const unserved = documents.find(({ storeRuns }) => !storeRuns);
  if (unserved === undefined) return work(undefined);
  if (image === null) throw new Error("no record says on which image the object store runs");
  const { from, to } = unserved;
  const objects = from.data === "minio" ? from : to;
  const { source } = volumeMount(context, objects, { readOnly: false });
  return withMinioOn(context, source, image, work);
}

/** Whoever still has it could write to it, or read what is half written. */
async function refuseUsed(context: HostContext, volume: GovernedVolume): Promise<void> {
  const users = await volumeUsers(context, volume);
  if (users.length === 0) return;
  const names = users.map((user) => `"${user.name}" (${user.state})`).join(", ");
  throw new Error(`${names} has volume "${volume.name}", which has to be quiet: stop it first`);
}
