import type { ChildProcess } from "node:child_process";
import { endGroup } from "../processes";
import type { HostContext } from "../context";
import { startChild } from "./child-process";
import { gitError, runGit } from "./run-git";

export const PUSH_DEADLINE_MS = 30_000;

/** Variables that say which repository git works in; those that say how to reach a remote are the user's and stay. */
const REPOSITORY_VARIABLES = new Set([
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
  "GIT_QUARANTINE_PATH",
]);

/**
 * Pushes references to the remote, with the user's credentials and never with a question. Gives "noRemote" where there is
 * none, and the reason when it could not be done in time: a copy elsewhere is welcome, no backup fails for want of it.
 */
export async function push(
  context: HostContext,
  references: readonly string[],
  deadlineMs: number,
): Promise<string> {
  const remotes = (await runGit(context, ["remote"])).split("\n").filter((name) => name !== "");
  const remote = remotes.includes("origin") ? "origin" : remotes[0];
  if (remote === undefined) return "noRemote";
  const reason = await pushTo(context, remote, references, deadlineMs);
  return reason === null ? "pushed" : `could not be pushed to "${remote}": ${reason}`;
}

async function pushTo(
  context: HostContext,
  remote: string,
  references: readonly string[],
  deadlineMs: number,
): Promise<string | null> {
  const config = ["core.hooksPath=/dev/null", "safe.directory=*"].flatMap((entry) => ["-c", entry]);
  const options = ["--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no"];
  const child = startChild(
    "git",
    [...config, "push", "--quiet", ...options, remote, ...references],
    {
      cwd: context.repository,
      env: userEnvironment(),
      stdio: ["ignore", "ignore", "pipe"],
      // A session of its own: nobody can be asked at a terminal, and the deadline reaches ssh too.
      detached: true,
    },
  );
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      giveUp(child.process);
      resolve(`no answer within ${Math.ceil(deadlineMs / 1000)} s`);
    }, deadlineMs);
  });
  const pushed = child.ended.then(
    () => null,
    (error: unknown) => gitError(["push"], 1, "", asError(error)).message,
  );
  try {
    return await Promise.race([deadline, pushed]);
  } finally {
    clearTimeout(timer);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Ends git and what it started; a helper that escaped must not keep this process waiting for its words. */
function giveUp(child: ChildProcess): void {
  child.stderr?.destroy();
  child.unref();
  endGroup(child);
}

function userEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !REPOSITORY_VARIABLES.has(name));
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
}
