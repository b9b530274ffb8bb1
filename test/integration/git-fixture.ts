import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import Docker from "dockerode";
import { NAMES } from "../support/application";
import type { HostContext } from "../../host/context";

export const PROTECTED = ["docs/redesign/ROLLBACK-LOG.md", "docs/redesign/incidents", "data"];

/** A real repository in a folder of its own, whose path has spaces, with an own state directory. */
export class GitFixture {
  readonly root = mkdtempSync(join(tmpdir(), "git test "));
  readonly repository = join(this.root, "the application");
  readonly context: HostContext = {
    docker: new Docker(),
    repository: this.repository,
    stateDirectory: join(this.root, "state of it"),
    compose: { files: ["docker-compose.yml"], profiles: [] },
    helperImage: "unused",
    application: NAMES,
    report: () => undefined,
  };

  constructor(objectFormat = "sha1") {
    mkdirSync(this.repository);
    this.git("init", "--quiet", "--initial-branch=main", `--object-format=${objectFormat}`);
  }

  git(...args: string[]): string {
    return this.gitIn(this.repository, ...args);
  }

  gitIn(folder: string, ...args: string[]): string {
    const identity = ["-c", "user.name=Team", "-c", "user.email=team@example.org"];
    return execFileSync("git", [...identity, ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH ?? "",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_NOSYSTEM: "1",
      },
    }).trimEnd();
  }

  write(path: string, content: string | Buffer, mode = 0o644): void {
    const file = join(this.repository, path);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    writeFileSync(file, content, { mode });
  }

  read(path: string): string {
    return readFileSync(join(this.repository, path), "utf8");
  }

  remove(path: string): void {
    rmSync(join(this.repository, path), { recursive: true });
  }

  commit(message: string): string {
    this.git("add", "--all", "--force", ".");
    this.git("commit", "--quiet", "--no-verify", "-m", message);
    return this.git("rev-parse", "HEAD");
  }

  /** Paths of a tree-ish, all below. */
  paths(tree: string): string[] {
    return this.git("ls-tree", "-r", "--name-only", tree).split("\n").filter(Boolean);
  }

  /** Everything that a person would notice if it changed: files, index, HEAD and branches. */
  fingerprint(): string {
    const work = JSON.stringify(listFolder(this.repository, (path) => path !== ".git"));
    const index = createHash("sha256").update(readFileSync(join(this.repository, ".git/index")));
    return [
      createHash("sha256").update(work).digest("hex"),
      index.digest("hex"),
      readFileSync(join(this.repository, ".git/HEAD"), "utf8"),
      this.git("for-each-ref"),
    ].join("\n");
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Path, permissions and content of everything below a folder, sorted; links by their target. */
export function listFolder(folder: string, chosen?: (path: string) => boolean): string[] {
  const found: string[] = [];
  const walk = (at: string): void => {
    for (const name of readdirSync(at).sort()) {
      const file = join(at, name);
      const path = relative(folder, file);
      if (chosen?.(path) === false) continue;
      const state = lstatSync(file);
      const mode = (state.mode & 0o7777).toString(8);
      if (state.isDirectory()) walk(file);
      else if (state.isSymbolicLink()) found.push(`${path} -> ${readlinkSync(file)}`);
      else {
        const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
        found.push(`${path} ${mode} ${digest}`);
      }
    }
  };
  walk(folder);
  return found;
}
