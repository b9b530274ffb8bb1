import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { documentsInObjectStore } from "../plan/checks/roles";
import type { DataKind, GovernedVolume } from "../plan/application/topology";
import { containerOf } from "../host/docker/containers";
import { runHelper } from "../host/docker/helper";
import { folderPath, volumeMount } from "../host/docker/users";
import { minioOfContainer } from "../stores/minio-client";
import { type CheckScene, requireService } from "./scene";

const COMPARE = readFileSync(join(__dirname, "compare-documents.sh"), "utf8");

/** Keys that only one of the two sides has. */
export interface Unmatched {
  readonly withoutObject: readonly string[];
  readonly withoutRow: readonly string[];
}

/** Compares the keys that rows name with the objects that are stored. @throws Error when the store is not there. */
export async function unmatchedKeys(
  scene: CheckScene,
  bucket: string,
  keys: readonly string[],
): Promise<Unmatched> {
  const inMinio = documentsInObjectStore(scene.topology);
  const volume = volumeOfKind(scene, inMinio ? "minio" : "documents");
  const output = await runHelper(scene.context, {
    purpose: "compare documents",
    script: COMPARE,
    arguments: inMinio ? [bucket, "minio"] : [".", "folder"],
    mounts: [volumeMount(scene.context, volume, { readOnly: true })],
    feed: (write) => write(Buffer.from(keys.map((key) => `${key}\n`).join(""))),
  });
  const lines = output.split("\n").filter((line) => line !== "");
  return {
    withoutObject: lines.filter((line) => !line.startsWith("\t")),
    withoutRow: lines.filter((line) => line.startsWith("\t")).map((line) => line.slice(1)),
  };
}

/** Removes the object of a document that a check has stored. */
export async function removeStored(scene: CheckScene, bucket: string, key: string): Promise<void> {
  if (documentsInObjectStore(scene.topology)) {
    const store = containerOf(scene.context, requireService(scene, "objectStore"));
    await (await minioOfContainer(store)).removeObject(bucket, key);
  } else {
    await rm(join(folderPath(scene.context, volumeOfKind(scene, "documents")), key));
  }
}

function volumeOfKind({ topology }: CheckScene, kind: DataKind): GovernedVolume {
  const volume = topology.volumes.find(({ data }) => data === kind);
  if (volume === undefined) throw new Error(`this side keeps no ${kind}`);
  return volume;
}
