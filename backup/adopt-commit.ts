import type { Problem } from "../plan/problem";
import type { HostContext } from "../host/context";
import { resolveCommits } from "../host/git/resolve-commits";
import { runGit } from "../host/git/run-git";

const TAGS = "refs/tags/pre-simplification-*";

/**
 * The commit that belongs to the document's backup of a day: that of the day's tag (document: pre-execution backup, step 2), or of the
 * only such tag, because the document asks for the date more than once.
 */
export async function adoptedCommit(
  context: HostContext,
  date: string | null,
): Promise<string | Problem> {
  const output = await runGit(context, ["for-each-ref", "--format=%(refname:lstrip=2)", TAGS]);
  const tags = output.split("\n").filter((tag) => tag !== "");
  const wanted = `pre-simplification-${date ?? "YYYYMMDD"}`;
  const tag = tags.includes(wanted) ? wanted : tags.length === 1 ? tags[0] : undefined;
  const commit = tag === undefined ? null : ((await resolveCommits(context, [tag]))[tag] ?? null);
  if (commit !== null) return commit;
  return {
    subject: `tag "${wanted}"`,
    what: "is not in the repository: which state of the code the backup belongs to is not known",
    advice: [
      `tags found: ${tags.join(", ") || "none"}`,
      `name that state: git tag ${wanted} <commit>`,
    ],
  };
}
