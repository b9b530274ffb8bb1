import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { messageOf } from "../../plan/problem";
import type { HostContext } from "../context";
import { startChild } from "./child-process";
import { repositoryOwner } from "./repository-owner";
import { ISOLATED_CONFIG, isolatedEnvironment, withoutCredentials } from "./run-git";

export interface GitStream {
  readonly output: Readable;
  /** Resolves when git ended well; rejects with its message otherwise. */
  readonly ended: Promise<void>;
}

/** Starts a git command whose output may be large or binary. */
export async function startGit(
  context: HostContext,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<GitStream> {
  const config = ISOLATED_CONFIG.flatMap((entry) => ["-c", entry]);
  const git = startChild("git", [...config, ...args], {
    cwd: context.repository,
    env: isolatedEnvironment(environment),
    stdio: ["ignore", "pipe", "pipe"],
    ...(await repositoryOwner(context)),
  });
  const output = git.process.stdout;
  if (output === null) throw new Error("git was started without an output");
  const ended = git.ended.catch((error: unknown) => {
    throw new Error(withoutCredentials(messageOf(error)));
  });
  return { output, ended };
}

/** Writes the output of a git command to a file's stream. Rejects when git or the writing fails. */
export async function streamGit(
  context: HostContext,
  args: readonly string[],
  receiver: Writable,
): Promise<void> {
  const git = await startGit(context, args);
  const [written, ended] = await Promise.allSettled([pipeline(git.output, receiver), git.ended]);
  // A receiver that fails makes git fail too, by a broken pipe: the receiver's reason is the first one.
  if (written.status === "rejected") throw written.reason;
  if (ended.status === "rejected") throw ended.reason;
}
