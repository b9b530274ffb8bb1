import type { Client } from "minio";
import type { Sync } from "../plan/data/sync";
import { dockerName, type HostContext } from "../host/context";
import { withMinioOn } from "./scratch-minio";

/** Lets `work` sync; where the bucket's own object store cannot run, on one that is started for this alone, from `image`. */
export async function withObjectStore<T>(
  context: HostContext,
  { documents }: Sync,
  image: string,
  work: (client: Client | undefined) => Promise<T>,
): Promise<T> {
  const unserved = documents.find(({ storeRuns }) => !storeRuns);
  if (unserved === undefined) return work(undefined);
  const bucket = [unserved.from, unserved.to].find(({ data }) => data === "minio");
  return withMinioOn(context, dockerName(context, bucket?.name ?? ""), image, work);
}
