import type { HostContext } from "../context";
import { runGit } from "./run-git";

/** The commits that names stand for, by name; null where git knows no such commit or the name is ambiguous. */
export async function resolveCommits(
  context: HostContext,
  names: readonly string[],
): Promise<Record<string, string | null>> {
  const askable = [...new Set(names)].filter((name) => /^[^\s-][^\n\0]*$/.test(name));
  const unknown = Object.fromEntries(names.map((name) => [name, null]));
  if (askable.length === 0) return unknown;
  const input = askable.map((name) => `${name}^{commit}\n`).join("");
  const output = await runGit(context, ["cat-file", "--batch-check=%(objectname)"], { input });
  const answers = output.split("\n");
  const found = askable.map((name, index) => [name, commitOf(answers[index])] as const);
  return { ...unknown, ...Object.fromEntries(found) };
}

/** The commit that a name stands for; rejects where there is none. */
export async function resolveCommit(context: HostContext, name: string): Promise<string> {
  const commit = (await resolveCommits(context, [name]))[name] ?? null;
  if (commit === null)
    throw new Error(`"${name}" is not a commit, tag or branch of ${context.repository}`);
  return commit;
}

function commitOf(answer: string | undefined): string | null {
  return answer !== undefined && /^[0-9a-f]{40,64}$/.test(answer) ? answer : null;
}
