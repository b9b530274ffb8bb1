import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HostContext } from "../context";
import { startChild } from "./child-process";
import { repositoryOwner } from "./repository-owner";
import { ISOLATED_CONFIG, isolatedEnvironment, withoutCredentials } from "./run-git";

/**
 * Runs a git command whose output may be large or binary and writes the output to a stream. Rejects when git fails, or
 * the receiver.
 */
export async function streamGit(
  context: HostContext,
  args: readonly string[],
  receiver: Writable,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const config = ISOLATED_CONFIG.flatMap((entry) => ["-c", entry]);
  const git = startChild("git", [...config, ...args], {
    cwd: context.repository,
    env: isolatedEnvironment(environment),
    stdio: ["ignore", "pipe", "pipe"],
    ...(await repositoryOwner(context)),
  });
  const { stdout } = git.process;
  if (stdout === null) throw new Error("git was started without an output");
  const [ended, written] = await Promise.allSettled([git.ended, pipeline(stdout, receiver)]);
  // A receiver that fails makes git fail too, by a broken pipe: the receiver's reason is the first one.
  if (written.status === "rejected") throw written.reason;
  if (ended.status === "rejected") throw new Error(withoutCredentials(String(ended.reason)));
}
