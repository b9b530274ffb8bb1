import { access } from "node:fs/promises";
import { join } from "node:path";
import { ProblemsError } from "../plan/problem";
import { releaseModel } from "../host/compose/release-model";
import { releaseReader } from "../host/release/read-file";
import { excludePathspec, includePathspec } from "../host/git/pathspec";
import { records, runGit } from "../host/git/run-git";
import { blobText } from "../host/git/tree-entries";
import { type Link, relativeLinks } from "./markdown";
import { documentationFiles } from "./programs";
import { type CheckScene, findingOf, type Runner } from "./scene";

/** Compose reads the release's files: what runs was made of them, and so is the team's next `docker compose`. */
export const composeFile: Runner<"composeFile"> = async ({ context, wanted }) => {
  const untracked = { base: wanted.untracked.contentId, overlays: [] };
  const read = await releaseReader(context, wanted.release.tree, untracked);
  try {
    const { model } = await releaseModel(read, context.compose);
    return { passed: true, found: `valid, ${Object.keys(model.services).length} services` };
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    const problems = error.problems.map(
      ({ subject, what, advice }) => `${subject}: ${what}: ${advice.join(" ")}`,
    );
    return findingOf(problems, "");
  }
};

/** The release has at these paths what the earlier ref has, nothing more and nothing less. */
export const release: Runner<"release"> = async (scene, { paths, phase }) => {
  const commit = scene.wanted.refs.phases[phase] ?? scene.earlierCommit;
  if (commit === null) return { passed: false, found: "no earlier ref is known (config preRef)" };
  const { documentationPaths, protectedPaths } = scene.context.application;
  const include = paths === "all" ? [":(top)"] : documentationPaths.map(includePathspec);
  const pathspecs = [...include, ...protectedPaths.map(excludePathspec)];
  const trees = [commit, scene.wanted.release.tree];
  const diff = ["diff", "-z", "--name-only", "--no-renames", ...trees, "--", ...pathspecs];
  const output = await runGit(scene.context, diff);
  const differing = records(output);
  return findingOf(
    differing.map((path) => `${path} differs`),
    `equal to ${commit.slice(0, 12)}`,
  );
};

/** Relative links of the documentation lead to files of the release, or to protected ones beside it. */
export const links: Runner<"links"> = async (scene) => {
  const files = await documentationFiles(scene);
  const all = new Set(await paths(scene));
  const named = await Promise.all(files.map((file) => linksOf(scene, file)));
  const broken = await Promise.all(
    named.flat().map(async ({ file, target }) => {
      const found = all.has(target) || (await isProtectedFile(scene, target));
      return found ? [] : [`${file}: ${target}`];
    }),
  );
  return findingOf(broken.flat(), `${named.flat().length} links in ${files.length} files`);
};

async function linksOf(scene: CheckScene, file: string): Promise<readonly Link[]> {
  const blob = `${scene.wanted.release.tree}:${file}`;
  return relativeLinks(file, await blobText(scene.context, { id: blob }));
}

/** Files and folders of the release. */
async function paths(scene: CheckScene): Promise<readonly string[]> {
  const list = ["ls-tree", "-r", "-t", "-z", "--name-only", scene.wanted.release.tree];
  return records(await runGit(scene.context, list));
}

/** A release is assembled without the protected paths: those are only in the work tree. */
async function isProtectedFile(scene: CheckScene, target: string): Promise<boolean> {
  const own = scene.context.application.protectedPaths.some(
    (path) => target === path || target.startsWith(`${path}/`),
  );
  if (!own) return false;
  return access(join(scene.context.repository, target)).then(
    () => true,
    () => false,
  );
}
