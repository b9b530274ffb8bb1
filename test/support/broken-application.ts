import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import type { Workspace } from "../../demo/workspace";

/** A text of one file of the application, and what stands there instead. */
export interface Break {
  readonly file: string;
  readonly text: string;
  readonly broken: string;
}

/** Commits the simplified state with these breaks and gives the commit; no branch and no file of the work tree is touched. */
export function commitBroken(
  { repository, application }: Workspace,
  breaks: readonly Break[],
): string {
  const index = `${repository}/.git/broken-index`;
  const git = (args: readonly string[], input = "") =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.org", ...args], {
      cwd: repository,
      env: { ...process.env, GIT_INDEX_FILE: index },
      encoding: "utf8",
      input,
    });
  const { simplifiedCommit } = application;
  git(["read-tree", simplifiedCommit]);
  for (const { file, text, broken } of breaks) {
    const content = git(["cat-file", "blob", `${simplifiedCommit}:${file}`]);
    assert.ok(content.includes(text), `${file} has no "${text}"`);
    const blob = git(["hash-object", "-w", "--stdin"], content.replace(text, broken)).trim();
    git(["update-index", "--cacheinfo", `100644,${blob},${file}`]);
  }
  const tree = git(["write-tree"]).trim();
  return git(["commit-tree", tree, "-p", simplifiedCommit, "-m", "Broken on purpose"]).trim();
}
