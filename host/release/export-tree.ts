import { chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../plan/problem";
import type { HostContext } from "../context";
import { startChild } from "../git/child-process";
import { type ObjectFormat, objectFormat } from "../git/object-format";
import { repositoryOwner } from "../git/repository-owner";
import { runGit } from "../git/run-git";
import { type GitStream, startGit } from "../git/stream-git";
import { withTemporaryFolder } from "../git/temporary-folder";

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
    await makeBareRepository(context, gitDirectory);
    const objects = ["rev-parse", "--path-format=absolute", "--git-path", "objects"];
    const environment = {
      GIT_DIR: gitDirectory,
      GIT_OBJECT_DIRECTORY: (await runGit(context, objects)).trim(),
    };
    const archive = ["-c", "tar.umask=0022", "archive", "--format=tar", tree];
    await extract(await startGit(context, archive, environment), folder);
  });
}

async function extract(git: GitStream, folder: string): Promise<void> {
  const tar = startChild("tar", ["-x", "-p", "--no-same-owner", "-f", "-", "-C", folder], {
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C" },
    stdio: ["pipe", "ignore", "pipe"],
  });
  const input = tar.process.stdin;
  if (input === null) throw new Error("tar was started without an input");
  // Tar may close its input before git has written the padding at the archive's end: the two exit codes decide.
  input.on("error", () => undefined);
  git.output.pipe(input);
  const extracted = tar.ended.then(
    () => git.output.resume(),
    (error: unknown) => {
      git.output.destroy();
      throw error;
    },
  );
  const results = await Promise.allSettled([git.ended, extracted]);
  const reasons = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason as unknown] : [],
  );
  if (reasons.length === 0) return;
  const told = reasons.map((reason) => messageOf(reason));
  throw new Error(told.join("; "));
}

/** A repository without settings and references that only lends its attributes; objects are the application's. */
async function makeBareRepository(context: HostContext, folder: string): Promise<void> {
  const folders = ["", "refs", "info", "objects"].map((name) => join(folder, name));
  const files: [string, string][] = [
    [join(folder, "HEAD"), "ref: refs/heads/none\n"],
    [join(folder, "config"), repositoryConfig(await objectFormat(context))],
    [join(folder, "info", "attributes"), PLAIN_ATTRIBUTES],
  ];
  for (const made of folders) await mkdir(made);
  for (const [file, content] of files) await writeFile(file, content);
  const owner = await repositoryOwner(context);
  if (owner === undefined) return;
  for (const made of [...folders, ...files.map(([file]) => file)]) {
    await chown(made, owner.uid, owner.gid);
  }
}

function repositoryConfig(format: ObjectFormat): string {
  return format === "sha1"
    ? "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
    : `[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = ${format}\n`;
}
