import { randomBytes } from "node:crypto";
import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { git } from "./git";
import { earlierCommits, earlierTag, phaseCommits } from "./history";

export interface GenerateOptions {
  /** Where the repository goes: a folder that is empty or does not exist yet. */
  readonly folder: string;
  /** The token issuer as the containers reach it and as tokens name it; default `http://localhost:4000/`. */
  readonly issuer?: string;
  /** The audience that tokens are made for; default `https://api.motovaultpro.com`. */
  readonly audience?: string;
  /** Further variables of `.env`, which the Compose files take. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly variant?: Variant;
}

/** The same history with some files of its own, the same ones in every commit. */
export interface Variant {
  /** Paths of the sources, files or folders, that it does without. */
  readonly without: readonly string[];
  /** Writes what it has instead into a repository that has no commit yet. */
  write(repository: string): Promise<void>;
}

export interface GeneratedCommit {
  readonly id: string;
  /** The phase that the commit made, or null for the time before. */
  readonly phase: number | null;
}

export interface GeneratedApplication {
  /** Absolute path of the repository; its work tree is the simplified state. */
  readonly folder: string;
  readonly branch: "main";
  /** The annotated tag of the state before the simplification. */
  readonly tag: string;
  readonly earlierCommit: string;
  readonly simplifiedCommit: string;
  readonly commits: readonly GeneratedCommit[];
  /** Files that git ignores, mode 0600, different in every generation. */
  readonly untrackedFiles: readonly string[];
  readonly audience: string;
}

const notCopied = new Set(["node_modules", "dist", "__pycache__"]);
const environmentFile = ".env";
const passwordFile = "secrets/app/postgres-password.txt";

/**
 * Writes a repository of the shape of MotoVaultPro with its history: the state before the simplification, the tag,
 * and one commit per phase 1 to 10. Commit ids depend on nothing but the sources in this folder and the variant's.
 * Throws when the folder is not empty or git fails.
 */
export async function generateApplication(options: GenerateOptions): Promise<GeneratedApplication> {
  const folder = resolve(options.folder);
  await makeEmptyFolder(folder);
  const [first] = earlierCommits;
  await git(folder, first?.date ?? earlierTag.date, "init", "--quiet", "--template=", "-b", "main");
  const { variant } = options;
  const copy = (from: string) => copySources(join(__dirname, from), folder, variant?.without ?? []);
  await copy("base");
  await variant?.write(folder);
  const commits = [...(await commitEarlierState(folder)), ...(await commitPhases(folder, copy))];
  const audience = options.audience ?? "https://api.motovaultpro.com";
  await writeUntracked(folder, {
    AUTH0_ISSUER: options.issuer ?? "http://localhost:4000/",
    AUTH0_AUDIENCE: audience,
    ...options.variables,
  });
  await requireCleanWorkTree(folder);
  return {
    folder,
    branch: "main",
    tag: earlierTag.name,
    earlierCommit: lastOf(commits.filter((commit) => commit.phase === null)).id,
    simplifiedCommit: lastOf(commits).id,
    commits,
    untrackedFiles: [environmentFile, passwordFile],
    audience,
  };
}

async function makeEmptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder);
  if (entries.length > 0) {
    throw new Error(`${folder} is not empty: the demo application needs an empty or a new folder`);
  }
}

async function commitEarlierState(folder: string): Promise<GeneratedCommit[]> {
  const commits: GeneratedCommit[] = [];
  for (const { message, date, paths } of earlierCommits) {
    await git(folder, date, "add", "--", ...paths);
    commits.push({ id: await commit(folder, date, message), phase: null });
  }
  await requireCleanWorkTree(folder);
  const { name, message, date } = earlierTag;
  await git(folder, date, "tag", "--annotate", name, "--message", message);
  return commits;
}

async function commitPhases(
  folder: string,
  copy: (from: string) => Promise<void>,
): Promise<GeneratedCommit[]> {
  const commits: GeneratedCommit[] = [];
  for (const { phase, message, date, deletes } of phaseCommits) {
    if (deletes.length > 0) {
      await git(folder, date, "rm", "--quiet", "-r", "--", ...deletes);
    }
    await copy(join("phases", String(phase)));
    await git(folder, date, "add", "--all");
    commits.push({ id: await commit(folder, date, message), phase });
  }
  return commits;
}

async function copySources(from: string, to: string, without: readonly string[]): Promise<void> {
  const filter = (path: string) =>
    !notCopied.has(basename(path)) && !without.includes(relative(from, path));
  await cp(from, to, { recursive: true, filter });
}

async function commit(folder: string, date: string, message: string): Promise<string> {
  await git(folder, date, "commit", "--quiet", "--message", message);
  return (await git(folder, date, "rev-parse", "HEAD")).trim();
}

/** What a real host has beside the repository: its variables, and the database's password. */
async function writeUntracked(
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  await writePrivate(join(folder, environmentFile), lines.join(""));
  await writePrivate(join(folder, passwordFile), `${randomBytes(24).toString("base64url")}\n`);
}

async function writePrivate(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content, { mode: 0o600, flag: "wx" });
}

async function requireCleanWorkTree(folder: string): Promise<void> {
  const status = await git(folder, earlierTag.date, "status", "--porcelain");
  if (status !== "") {
    throw new Error(`files of the demo application belong to no commit:\n${status}`);
  }
}

function lastOf<Item>(items: readonly Item[]): Item {
  const last = items.at(-1);
  if (last === undefined) {
    throw new Error("the demo application's history is empty");
  }
  return last;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { issuer: { type: "string" }, audience: { type: "string" } },
  });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) {
    throw new Error("usage: generate.ts <folder> [--issuer URL] [--audience NAME]");
  }
  console.log(JSON.stringify(await generateApplication({ folder, ...values }), null, 2));
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
