import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readdir, readlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { simpleGit } from "simple-git";
import { runHelper } from "../../host/docker/helper";
import type { Scene } from "./scene";

/** What must be the same after a refusal, each thing by its name, as a hash where it is content. */
export type Snapshot = Readonly<Record<string, string>>;

/** The whole host of a scene: containers, networks, volumes, work tree, branches, records and backups. */
export async function takeSnapshot(scene: Scene): Promise<Snapshot> {
  const { repository, stateDirectory } = scene.workspace;
  const parts = await Promise.all([
    containers(scene),
    networks(scene),
    volumes(scene),
    git(repository),
    files("work tree", repository, [".git"]),
    files("records", join(stateDirectory, "records")),
    files("backups", join(stateDirectory, "backups")),
  ]);
  return Object.fromEntries(parts.flat().sort(([one], [other]) => (one < other ? -1 : 1)));
}

type Entry = readonly [name: string, value: string];

async function containers(scene: Scene): Promise<Entry[]> {
  const names = await scene.docker.containers();
  const found = await Promise.all(
    names.map((name) => scene.docker.docker.getContainer(name).inspect()),
  );
  return found.map(({ Name, Id, State }) => [
    `container ${Name}`,
    `${Id} ${State.Status} since ${State.StartedAt}`,
  ]);
}

async function networks(scene: Scene): Promise<Entry[]> {
  const names = await scene.docker.networks();
  const found = await scene.docker.docker.listNetworks();
  return found
    .filter(({ Name }) => names.includes(Name))
    .map(({ Name, Id }) => [`network ${Name}`, Id]);
}

const HASH_EACH = `
cd /volumes
for volume in *; do
  cd "/volumes/$volume"
  hash=$({
    find . -printf '%p %y %m %U %G %s %l\\n' | sort
    find . -type f -print0 | sort -z | xargs -0 --no-run-if-empty sha256sum
  } | sha256sum)
  echo "$volume $hash"
done
`;

/** Every volume by its age; those that no running container writes by their content, too. */
async function volumes(scene: Scene): Promise<Entry[]> {
  const { docker, context } = scene;
  const { Volumes } = await docker.docker.listVolumes();
  const names = await docker.volumes();
  const ages = Volumes.filter(({ Name }) => names.includes(Name)).map(
    (volume) => [`volume ${volume.Name}`, createdAt(volume)] as const,
  );
  const running = await docker.docker.listContainers();
  const used = new Set(running.flatMap(({ Mounts }) => Mounts.map(({ Name }) => Name)));
  const mounts = names.filter((name) => !used.has(name)).map((name) => volumeMount(name));
  if (mounts.length === 0) return ages;
  const output = await runHelper(context, { purpose: "hash", script: HASH_EACH, mounts });
  const hashes = output.trim().split("\n");
  return [
    ...ages,
    ...hashes
      .map((line) => line.split(" "))
      .map(([name, hash]) => [`content ${name}`, hash ?? ""] as const),
  ];
}

function volumeMount(name: string) {
  return { type: "volume", source: name, target: `/volumes/${name}`, readOnly: true } as const;
}

/** Docker tells it; its types do not. */
function createdAt(volume: object): string {
  return "CreatedAt" in volume ? String(volume.CreatedAt) : "";
}

async function git(repository: string): Promise<Entry[]> {
  const run = simpleGit(repository);
  return [
    ["git HEAD", await run.raw(["rev-parse", "--symbolic-full-name", "HEAD"])],
    ["git status", await run.raw(["status", "--porcelain", "--ignored"])],
    ["git refs", await run.raw(["for-each-ref", "--format=%(refname) %(objectname)"])],
  ];
}

/** Every file and link below a folder, by its content. */
async function files(
  what: string,
  folder: string,
  without: readonly string[] = [],
): Promise<Entry[]> {
  const entries = existsSync(folder)
    ? await readdir(folder, { recursive: true, withFileTypes: true })
    : [];
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ entry, path: relative(folder, join(entry.parentPath, entry.name)) }))
    .filter(({ path }) => !without.some((name) => path.startsWith(`${name}/`)));
  return Promise.all(
    paths.map(async ({ entry, path }): Promise<Entry> => {
      const file = join(folder, path);
      const value = entry.isFile() ? await sha256(file) : await readlink(file);
      return [`${what} ${path}`, value];
    }),
  );
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
