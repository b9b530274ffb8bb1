import type { DataKind, Service } from "../plan/application/topology";
import type { StoreDriver } from "./driver";
import { files } from "./files";
import { minio } from "./minio";
import { postgres } from "./postgres";
import { redis } from "./redis";

/** How each kind of store is read, proven and told; what a volume holds says which. */
export const STORES: Readonly<Record<DataKind, StoreDriver>> = {
  postgres,
  redis,
  minio,
  documents: files,
};

/** The driver of a service that is a store itself, by its image; undefined for any other. */
export function storeOf({ image }: Pick<Service, "image">): StoreDriver | undefined {
  if (image.kind !== "registry") return undefined;
  return Object.values(STORES).find(({ images }) => images?.test(image.reference));
}
