import { posix } from "node:path";
import type Docker from "dockerode";
import type { GovernedVolume } from "../../plan/topology";
import type { HostContext } from "../context";
import { executeInto, executeOrFail } from "../docker/exec";
import { whilePaused } from "../docker/paused";
import { volumeMount, volumeUsers, type VolumeUser } from "../docker/users";
import { archiveStream, type ArchiveTarget, archiveVolume, type WrittenArchive } from "./archive";

export interface ReadVolume extends WrittenArchive {
  /** See the manifest. */
  readonly below: string;
  readonly how: string;
}

/**
 * Archives a governed volume so that what is in the archive belongs together, whoever writes the volume meanwhile: a file copy
 * of a running database is not a backup (document: pre-execution backup, step 3).
 *
 * @throws Error when the container that writes the volume cannot be asked for its data.
 */
export async function readVolume(
  context: HostContext,
  volume: GovernedVolume,
  target: ArchiveTarget,
): Promise<ReadVolume> {
  const writers = (await volumeUsers(context, volume)).filter((user) => user.writes);
  const active = writers.filter((user) => user.state !== "paused");
  const [writer] = active;
  if (writer === undefined) return copy(context, volume, target, "copied while nobody wrote it");
  refuseUnclear(volume, active);
  const container = context.docker.getContainer(writer.id);
  switch (volume.data) {
    case "postgres":
      return baseBackup(context, volume, target, { container, user: writer });
    case "redis":
      await save(container);
      return copy(context, volume, target, `copied after SAVE in "${writer.name}"`, "temp-*.rdb");
    case "minio":
      return whilePaused(container, () =>
        copy(context, volume, target, `copied while "${writer.name}" was paused`),
      );
    case "documents":
      return copyWhileWritten(context, volume, target, writer);
  }
}

function refuseUnclear(volume: GovernedVolume, active: readonly VolumeUser[]): void {
  const names = active.map((user) => `"${user.name}" (${user.state})`).join(", ");
  if (active.some((user) => user.state !== "running")) {
    throw new Error(`volume "${volume.name}" cannot be read: its container ${names} is not steady`);
  }
  // Any number may write documents: each is a file of its own, complete before its row is written.
  if (active.length > 1 && volume.data !== "documents") {
    throw new Error(`volume "${volume.name}" cannot be read: ${names} all write to it`);
  }
}

async function copy(
  context: HostContext,
  volume: GovernedVolume,
  target: ArchiveTarget,
  how: string,
  exclude?: string,
): Promise<ReadVolume> {
  const mount = volumeMount(context, volume, { readOnly: true });
  const options = { whileWritten: false, ...(exclude === undefined ? {} : { exclude }) };
  return { ...(await archiveVolume(context, mount, target, options)), below: ".", how };
}

/** A file that changes meanwhile is one whose row is not written yet: the database was read before. */
async function copyWhileWritten(
  context: HostContext,
  volume: GovernedVolume,
  target: ArchiveTarget,
  writer: VolumeUser,
): Promise<ReadVolume> {
  const mount = volumeMount(context, volume, { readOnly: true });
  const archive = await archiveVolume(context, mount, target, { whileWritten: true });
  return { ...archive, below: ".", how: `copied while "${writer.name}" ran` };
}

async function save(container: Docker.Container): Promise<void> {
  const answer = await executeOrFail(container, ["redis-cli", "SAVE"]);
  // redis-cli ends with 0 on an error reply too.
  if (answer.trim() !== "OK") throw new Error(`Redis refused SAVE: ${answer.trim()}`);
}

/** An online base backup with the WAL that it needs, over the local socket, so that no password is needed. */
async function baseBackup(
  context: HostContext,
  volume: GovernedVolume,
  target: ArchiveTarget,
  writer: { readonly container: Docker.Container; readonly user: VolumeUser },
): Promise<ReadVolume> {
  const { container, user } = writer;
  const role = await environmentOf(container, "POSTGRES_USER", "postgres");
  const database = await environmentOf(container, "POSTGRES_DB", role);
  const ask = ["psql", "-XAt", "-U", role, "-d", database, "-c", "SHOW data_directory"];
  const below = belowMount(user, (await executeOrFail(container, ask)).trim());
  const argv = ["pg_basebackup", "-U", role, "-D", "-", "-Ft", "-X", "fetch", "-c", "fast"];
  const mount = volumeMount(context, volume, { readOnly: true });
  const archive = await archiveStream(context, mount, target, below, async (write) => {
    const { exitCode, stderr } = await executeInto(container, argv, write);
    if (exitCode === 0) return;
    const said = stderr.trim().split("\n").slice(-5).join("\n");
    throw new Error(`pg_basebackup in "${user.name}" ended with ${exitCode}: ${said}`);
  });
  return { ...archive, below, how: `base backup of "${user.name}", which ran` };
}

function belowMount(user: VolumeUser, dataDirectory: string): string {
  const below = posix.relative(user.target, dataDirectory) || ".";
  if (!below.startsWith("..")) return below;
  throw new Error(`"${user.name}" keeps its data in ${dataDirectory}, outside ${user.target}`);
}

async function environmentOf(
  container: Docker.Container,
  name: string,
  fallback: string,
): Promise<string> {
  const { Config } = await container.inspect();
  const entry = Config.Env.find((line) => line.startsWith(`${name}=`));
  return entry?.slice(name.length + 1) ?? fallback;
}
