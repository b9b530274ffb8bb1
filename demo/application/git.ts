import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

const author = "MotoVaultPro Team";
const address = "team@motovaultpro.example";

/**
 * Runs git in a folder as a fixed author at a fixed date (ISO 8601), and returns its standard output. Neither the
 * user's nor the system's configuration, ignore and attribute files count, nor what a calling git has exported:
 * the same input gives the same commit ids everywhere.
 */
export async function git(folder: string, date: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute("git", args, {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env.PATH,
      LC_ALL: "C",
      TZ: "UTC",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_ATTR_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: author,
      GIT_AUTHOR_EMAIL: address,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: author,
      GIT_COMMITTER_EMAIL: address,
      GIT_COMMITTER_DATE: date,
    },
  });
  return stdout;
}
