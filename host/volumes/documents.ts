import type { ManifestVolume } from "../backups/manifest";
import { DocumentBucket } from "../carry/bucket";
import { DocumentCopy } from "../carry/copy-documents";
import { DocumentFolder } from "../carry/folder";
import type { HostContext } from "../context";
import type { Restored } from "./extract";
import { withScratchMinio } from "./scratch-minio";

/**
 * Makes a folder hold exactly the objects that a MinIO volume's archive has in its bucket `documents`, each as the file of its
 * key (document: phase 3, the other way round), proven by list and hash. What is equal already is not written.
 *
 * @throws Error when an object cannot be read whole, or its key is no name of a file below the folder.
 */
export async function restoreDocuments(
  context: HostContext,
  backupFolder: string,
  archive: ManifestVolume,
  options: { readonly minioImage: string; readonly folder: string },
): Promise<Restored> {
  const { minioImage, folder } = options;
  return withScratchMinio(context, backupFolder, archive, minioImage, async (client) => {
    const copy = new DocumentCopy(new DocumentBucket(client), new DocumentFolder(folder));
    const { documents, bytes } = await copy.exact();
    return { files: documents, bytes };
  });
}
