import type { ManifestVolume } from "../format/manifest";
import { DocumentBucket } from "../../stores/bucket";
import { DocumentCopy } from "../../stores/copy-documents";
import { DocumentFolder } from "../../stores/folder";
import type { HostContext } from "../../host/context";
import type { HelperMount } from "../../host/docker/helper";
import { extractArchive, type Restored } from "./extract";
import { withScratchMinio } from "../../stores/scratch-minio";

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
  const fill = (scratch: HelperMount) => extractArchive(context, backupFolder, archive, scratch);
  return withScratchMinio(context, minioImage, fill, async (client) => {
    const copy = new DocumentCopy(new DocumentBucket(client), new DocumentFolder(folder));
    const { documents, bytes } = await copy.exact();
    return { files: documents, bytes };
  });
}
