import { assembleTree } from "../../host/release/assemble-tree";
import { runGit } from "../../host/git/run-git";
import { COMPOSE_FILE } from "../../plan/application/compose-model";
import type { Scene } from "./scene";

type Replacements = readonly (readonly [text: string, by: string])[];

/** A commit of the application's repository, on no branch, whose docker-compose.yml is another commit's with some of its text changed. */
export async function commitCompose(
  scene: Scene,
  ref: string,
  change: Replacements | ((text: string) => string),
): Promise<string> {
  const { context } = scene;
  const before = await runGit(context, ["show", `${ref}:${COMPOSE_FILE}`]);
  const content = typeof change === "function" ? change(before) : replaced(before, change);
  const tree = await assembleTree(context, ref, [], [{ path: COMPOSE_FILE, content }]);
  const identity = ["-c", "user.name=Team", "-c", "user.email=team@example.org"];
  const commit = [
    ...identity,
    "commit-tree",
    "-p",
    `${ref}^{commit}`,
    "-m",
    "Change docker-compose.yml",
    tree,
  ];
  return (await runGit(context, commit)).trim();
}

function replaced(before: string, replacements: Replacements): string {
  return replacements.reduce((file, [text, by]) => {
    if (!file.includes(text)) throw new Error(`docker-compose.yml has no "${text}"`);
    return file.replace(text, by);
  }, before);
}
