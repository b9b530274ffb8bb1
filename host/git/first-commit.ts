import { ProblemsError } from "../../plan/problem";
import type { HostContext } from "../context";
import { runGit } from "./run-git";

/**
 * The first commit that HEAD comes from: what tells one application from another, whatever the clone is called and wherever it is.
 * A history that was merged in later has a root of its own, which does not count.
 *
 * @throws ProblemsError for a shallow clone, which does not know it; git's error where there is no repository or no commit.
 */
export async function firstCommit(context: HostContext): Promise<string> {
  const shallow = (await runGit(context, ["rev-parse", "--is-shallow-repository"])).trim();
  if (shallow === "true") refuseShallow(context);
  const root = ["rev-list", "--first-parent", "--max-parents=0", "HEAD"];
  return (await runGit(context, root)).trim();
}

function refuseShallow(context: HostContext): never {
  throw new ProblemsError("tell which application this is", [
    {
      subject: `repository "${context.repository}"`,
      what: "is a shallow clone: its first commit is not in it",
      advice: ["complete it: git fetch --unshallow"],
    },
  ]);
}
