import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
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

const LOOK = readFileSync(join(__dirname, "snapshot.sh"), "utf8");

/** Every volume by its folder, which a new one of its name would not have; those that no running container writes by their content, too. */
async function volumes(scene: Scene): Promise<Entry[]> {
  const { docker, context } = scene;
  const names = await docker.volumes();
  if (names.length === 0) return [];
  const running = await docker.docker.listContainers();
  const used = new Set(running.flatMap(({ Mounts }) => Mounts.map(({ Name }) => Name)));
  const mounts = names.map((name) => volumeMount(name));
  const quiet = names.filter((name) => !used.has(name));
  const request = { purpose: "look", script: LOOK, arguments: quiet, mounts };
  const lines = (await runHelper(context, request)).trim().split("\n");
  return lines.map((line): Entry => {
    const [what = "", name = "", value = ""] = line.split(" ");
    return [`${what} ${name}`, value];
  });
}

function volumeMount(name: string) {
  return { type: "volume", source: name, target: `/volumes/${name}`, readOnly: true } as const;
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
