import type { ManifestVolume } from "../format/manifest";
import { DocumentBucket } from "../../stores/bucket";
import { DocumentCopy } from "../../stores/documents";
import { DocumentFolder } from "../../stores/files";
import { withMinioOn } from "../../stores/minio-server";
import type { HostContext } from "../../host/context";
import { extractArchive, type Restored } from "./extract";
import { withScratchVolume } from "./scratch-volume";

/** Name of the scratch volume that objects are read from. */
export const OBJECTS = "objects";

/** How objects of a backup become files. */
export interface ObjectsToFiles {
  /** Image of MinIO, to read its objects. */
  readonly objectStoreImage: string;
  readonly bucket: string;
  /** Where the files go. */
  readonly folder: string;
}

/**
 * Makes a folder hold exactly the objects that a MinIO volume's archive has in the bucket of the documents, each as the file of its
 * key (document: phase 3, the other way round), proven by list and hash. What is equal already is not written.
 *
 * @throws Error when an object cannot be read whole, or its key is no name of a file below the folder.
 */
export async function restoreDocuments(
  context: HostContext,
  backupFolder: string,
  archive: ManifestVolume,
  { objectStoreImage, bucket, folder }: ObjectsToFiles,
): Promise<Restored> {
  return withScratchVolume(context, OBJECTS, async (scratch) => {
    await extractArchive(context, backupFolder, archive, scratch);
    return withMinioOn(context, scratch.source, objectStoreImage, async (client) => {
      const objects = new DocumentBucket(client, bucket);
      const { documents, bytes } = await new DocumentCopy(
        objects,
        new DocumentFolder(folder),
      ).exact();
      return { files: documents, bytes };
    });
  });
}
