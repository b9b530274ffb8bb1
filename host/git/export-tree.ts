import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostContext } from "../context";
import { startChild } from "./child-process";
import { runGit } from "./run-git";
import { streamGit } from "./stream-git";
import { withTemporaryFolder } from "./temporary-folder";

/** An export is named by its content, so no attribute of the repository may change or leave out a byte of it. */
const PLAIN_ATTRIBUTES =
  "* -text -ident -filter -working-tree-encoding -export-ignore -export-subst\n";

/**
 * Writes a git tree into an existing, empty folder: every file byte by byte, executable where git says so, links as links.
 * Files are readable by all whatever the umask is, since containers read them.
 */
export async function exportTree(
  context: HostContext,
  tree: string,
  folder: string,
): Promise<void> {
  await withTemporaryFolder(context, async (temporary) => {
    const gitDirectory = join(temporary, "export.git");
    await makeBareRepository(gitDirectory);
    const objects = (
      await runGit(context, ["rev-parse", "--path-format=absolute", "--git-path", "objects"])
    ).trim();
    const format = (await runGit(context, ["rev-parse", "--show-object-format"])).trim();
    await writeFile(join(gitDirectory, "config"), repositoryConfig(format));
    const tar = startChild("tar", ["-x", "-p", "--no-same-owner", "-f", "-", "-C", folder], {
      env: { PATH: process.env.PATH ?? "", LC_ALL: "C" },
      stdio: ["pipe", "ignore", "pipe"],
    });
    const { stdin } = tar.process;
    if (stdin === null) throw new Error("tar was started without an input");
    const archive = ["-c", "tar.umask=0022", "archive", "--format=tar", tree];
    const environment = { GIT_DIR: gitDirectory, GIT_OBJECT_DIRECTORY: objects };
    const [written, extracted] = await Promise.allSettled([
      streamGit(context, archive, stdin, environment),
      tar.ended,
    ]);
    if (extracted.status === "rejected" && written.status === "fulfilled") throw extracted.reason;
    if (written.status === "rejected") throw combined(written.reason, extracted);
  });
}

/** A repository without settings and references that only lends its attributes; objects are the application's. */
async function makeBareRepository(folder: string): Promise<void> {
  for (const name of ["refs", "info", "objects"]) {
    await mkdir(join(folder, name), { recursive: true, mode: 0o755 });
  }
  await writeFile(join(folder, "HEAD"), "ref: refs/heads/none\n");
  await writeFile(join(folder, "info", "attributes"), PLAIN_ATTRIBUTES);
}

function repositoryConfig(format: string): string {
  return format === "sha1"
    ? "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
    : `[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = ${format}\n`;
}

function combined(reason: unknown, other: PromiseSettledResult<void>): Error {
  const reasons = other.status === "rejected" ? [reason, other.reason as unknown] : [reason];
  return new Error(
    reasons.map((each) => (each instanceof Error ? each.message : String(each))).join("; "),
  );
}
