import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HostContext } from "../context";
import { ProblemsError } from "../../plan/problem";
import { syncFile, syncFolder } from "../durable-file";
import { startChild } from "./child-process";
import { objectFormat } from "./object-format";
import { isolatedEnvironment, runGit } from "./run-git";
import { streamGit } from "./stream-git";

/**
 * Writes all branches and tags with their whole history into one file, which must not exist, readable by this user alone. It
 * is proven before it gets its name: everything in it is unpacked into an empty repository and checked there.
 */
export async function writeBundle(context: HostContext, file: string): Promise<void> {
  await refuseShallow(context);
  const part = `${file}.part`;
  try {
    await rm(part, { force: true });
    const receiver = createWriteStream(part, { flags: "wx", mode: 0o600 });
    await streamGit(context, ["bundle", "create", "--quiet", "-", "--all"], receiver);
    await syncFile(part);
    await verifyBundle(context, part);
    await rename(part, file);
    await syncFolder(dirname(file));
  } finally {
    await rm(part, { force: true });
  }
}

async function refuseShallow(context: HostContext): Promise<void> {
  const shallow = (await runGit(context, ["rev-parse", "--is-shallow-repository"])).trim();
  if (shallow !== "true") return;
  throw new ProblemsError("back up the repository", [
    {
      subject: `repository "${context.repository}"`,
      what: "is a shallow clone: its history is not complete, so neither would its backup be",
      advice: ["complete it: git fetch --unshallow"],
    },
  ]);
}

async function verifyBundle(context: HostContext, bundle: string): Promise<void> {
  const scratch = `${bundle}.proof`;
  const format = await objectFormat(context);
  try {
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { mode: 0o700 });
    const options = ["--quiet", "--bare", "--template=", `--object-format=${format}`];
    await runIn(scratch, ["init", ...options, join(scratch, "repository")]);
    const repository = join(scratch, "repository");
    await runIn(repository, ["bundle", "verify", "--quiet", bundle]);
    await runIn(repository, ["fetch", "--quiet", "--no-tags", bundle, "+refs/*:refs/*"]);
    await runIn(repository, ["fsck", "--connectivity-only", "--no-dangling", "--no-progress"]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function runIn(folder: string, args: readonly string[]): Promise<void> {
  await startChild("git", args, {
    cwd: folder,
    env: isolatedEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
  }).ended;
}
