import { GitError, simpleGit } from "simple-git";
import type { HostContext } from "../context";
import { repositoryOwner } from "./repository-owner";

export interface GitOptions {
  /** An index of our own instead of the work tree's. */
  readonly index?: string;
  /** What git reads from its standard input. */
  readonly input?: string;
}

/** The team's hooks and habits have no part in what a rollback does in its repository. */
export const ISOLATED_CONFIG: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.splitIndex=false",
  "tag.gpgSign=false",
  "advice.detachedHead=false",
  // The repository is the one that the configuration names; the user's own list of safe ones is not read.
  "safe.directory=*",
];

/** Who commits and tags in the team's repository. */
export const IDENTITY = { name: "MotoVaultPro rollback", email: "rollback@motovaultpro.invalid" };

const ISOLATED_ENVIRONMENT = {
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  // A status must not refresh the index of a work tree that somebody else is working in.
  GIT_OPTIONAL_LOCKS: "0",
  GIT_AUTHOR_NAME: IDENTITY.name,
  GIT_AUTHOR_EMAIL: IDENTITY.email,
  GIT_COMMITTER_NAME: IDENTITY.name,
  GIT_COMMITTER_EMAIL: IDENTITY.email,
} as const;

/** Everything that git is told by its environment: nothing of the user's but where programs are. */
export function isolatedEnvironment(
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { PATH: process.env.PATH ?? "", ...ISOLATED_ENVIRONMENT, ...more };
}

/**
 * Runs one git command in the application's repository, independent of hooks and of the user's configuration, and gives
 * its output. Rejects with git's message when git fails, also when it fails silently.
 */
export async function runGit(
  context: HostContext,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const environment = isolatedEnvironment(
    options.index === undefined ? {} : { GIT_INDEX_FILE: options.index },
  );
  const owner = await repositoryOwner(context);
  const git = simpleGit({
    baseDir: context.repository,
    config: [...ISOLATED_CONFIG],
    allowEnvironment: Object.keys(environment).filter((key) => key.startsWith("GIT_")),
    unsafe: {
      allowUnsafeConfigPaths: true,
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
    },
    ...(owner === undefined ? {} : { spawnOptions: owner }),
    ...(options.input === undefined ? {} : { input: () => options.input }),
    errors: (error, result) =>
      result.exitCode === 0 && error === undefined
        ? undefined
        : gitError(args, result.exitCode, Buffer.concat(result.stdErr).toString(), error),
  });
  git.outputHandler((_command, stdout) => {
    answerAtOnce(stdout);
  });
  return git.env(environment).raw([...args]);
}

/** Where git has printed nothing, simple-git waits for 50 ms after its end; it is told of nothing printed instead. */
function answerAtOnce(stdout: NodeJS.ReadableStream): void {
  setImmediate(() => stdout.emit("data", Buffer.alloc(0)));
}

/** What a person reads when git failed: never the credentials that an address may hold. */
export function gitError(
  args: readonly string[],
  exitCode: number,
  stderr: string,
  cause?: Buffer | Error,
): Error {
  const reason = cause instanceof Error ? cause.message : stderr;
  const lines = withoutCredentials(reason)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, 10);
  const told = lines.length === 0 ? `exit code ${exitCode}` : lines.join("\n");
  return new GitError(undefined, `git ${args[0] ?? ""}: ${told}`);
}

export function withoutCredentials(text: string): string {
  return text.replace(/(\w+:\/\/)[^/\s@]+@/g, "$1");
}

/** The records of a `-z` output. */
export function records(output: string): string[] {
  return output.split("\0").filter((record) => record !== "");
}
