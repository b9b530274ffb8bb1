import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import { executeOrFail } from "../../host/docker/exec";
import { waitFor } from "../../host/docker/wait";
import type { DockerVolume } from "../../plan/application/topology";
import type { Place } from "./place";

/** pgbench's scale: about 15 MB of data each. */
export const DEFAULT_SCALE = 140;

/** A PostgreSQL that runs, with data checksums and pgbench's tables. */
export async function startPgbench(
  place: Place,
  volume: DockerVolume,
  scale: number,
): Promise<Docker.Container> {
  const container = await place.start(volume, "/var/lib/postgresql/data", [
    // Nothing reaches it: everything here goes over its local socket, without a password.
    `POSTGRES_PASSWORD=${randomUUID()}`,
    "POSTGRES_INITDB_ARGS=--data-checksums",
  ]);
  await waitFor(
    async () => {
      // Over TCP: during the first start a temporary server answers on the socket only.
      const ready = ["pg_isready", "-h", "127.0.0.1", "-U", "postgres"];
      const said = await executeOrFail(container, ready).catch((error: unknown) => String(error));
      return said.includes("accepting")
        ? { done: true, value: undefined }
        : { done: false, state: said };
    },
    { deadlineMs: 60_000, message: "PostgreSQL to accept connections" },
  );
  const pgbench = ["pgbench", "-U", "postgres", "-i", "-q", "-s", String(scale), "postgres"];
  await executeOrFail(container, pgbench);
  await executeOrFail(container, ["psql", "-U", "postgres", "-c", "CHECKPOINT"]);
  return container;
}

/** One file of random bytes. */
export async function fillWithBytes(
  place: Place,
  volume: DockerVolume,
  mebibytes: number,
): Promise<void> {
  await place.onVolume(volume, `head -c ${mebibytes}M /dev/urandom > /data/random`);
}

/** Text that compresses about as well as rows do. */
export async function fillWithText(
  place: Place,
  volume: DockerVolume,
  mebibytes: number,
): Promise<void> {
  // The end of `base64` by a closed pipe is meant.
  await place.onVolume(
    volume,
    `set +o pipefail; for i in 1 2 3 4; do base64 < /dev/urandom | head -c ${Math.ceil(mebibytes / 4)}M > "/data/text-$i"; done`,
  );
}

const FILES_IN_A_FOLDER = 5000;

/** Many files of a few bytes each, in folders. */
export async function fillWithSmallFiles(
  place: Place,
  volume: DockerVolume,
  files: number,
): Promise<void> {
  await place.onVolume(
    volume,
    `for ((folder = 0; folder < ${Math.ceil(files / FILES_IN_A_FOLDER)}; folder++)); do
      mkdir "/data/$folder"; cd "/data/$folder"
      seq 1 ${FILES_IN_A_FOLDER} | split --lines=1 --suffix-length=4 --numeric-suffixes - file-
    done`,
  );
}
