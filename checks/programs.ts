import { edgeRequest } from "../plan/application/edge-address";
import { access, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../plan/problem";
import { executeOrFail } from "../host/docker/exec";
import { exportTree } from "../host/release/export-tree";
import { withTemporaryFolder } from "../host/git/temporary-folder";
import { filesBelow } from "../host/git/tree-entries";
import { required } from "./endpoints";
import { makeTargets } from "./make-targets";
import { mentionedTargets } from "./markdown";
import { runProgram } from "./process";
import { containerOf } from "../host/docker/containers";
import { type CheckScene, findingOf, requireService, type Runner } from "./scene";

/** A program in a container ends well and says what it should. */
export const command: Runner<"command"> = async (scene, { service, argv, says }) => {
  const said = await executeOrFail(
    containerOf(scene.context, requireService(scene, service)),
    argv,
  );
  return { passed: said.includes(says), found: said.trim() || "nothing" };
};

/** The application's own tests pass in the container that runs its code. */
export const tests: Runner<"tests"> = async (scene, { deadlineSeconds }) => {
  const argv = required(scene.settings.tests).backend;
  const container = containerOf(scene.context, requireService(scene, "backend"));
  await executeOrFail(container, argv, { deadlineMs: deadlineSeconds * 1000 });
  return { passed: true, found: `"${argv.join(" ")}" ended with 0` };
};

/** The whole suite passes on the exported release; the team has agreed to what it leaves behind by configuring it. */
export const suite: Runner<"suite"> = async (scene, _check, signal) => {
  const { command: argv, environment } = required(required(scene.settings.tests).suite);
  return withRelease(scene, async (folder) => {
    const { url, host } = edgeRequest(scene.context.application.probe, scene.wanted, "");
    const edge = { EDGE_URL: url, ...(host === undefined ? {} : { EDGE_HOST: host }) };
    const options = { folder, environment: { ...edge, ...environment }, signal };
    const { exitCode, lastLines } = await runProgram(argv, options);
    return exitCode === 0
      ? { passed: true, found: `"${argv.join(" ")}" ended with 0` }
      : { passed: false, found: `"${argv.join(" ")}" ended with ${exitCode}: ${lastLines}` };
  });
};

/** Targets that the Makefile has and that the documentation mentions run dry (document: phase 9). */
export const makefile: Runner<"makefile"> = async (scene, _check, signal) => {
  return withRelease(scene, async (folder) => {
    await access(join(folder, "Makefile")).catch(noMakefile);
    const own = await makeTargets(folder, signal);
    const targets = [...new Set([...own, ...(await mentioned(scene, folder))])];
    // Where make could read none, it says why when it is asked for nothing.
    const runs = [...(own.length === 0 ? [[]] : []), ...targets.map((target) => [target])];
    const problems: string[] = [];
    for (const run of runs) problems.push(...(await dryRunProblems(folder, run, signal)));
    return findingOf(problems, `make -n ${targets.join(", ")}`);
  });
};

async function dryRunProblems(
  folder: string,
  targets: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const options = { folder, environment: {}, signal };
  const { exitCode, lastLines } = await runProgram(["make", "-n", ...targets], options);
  return exitCode === 0 ? [] : [`${["make", ...targets].join(" ")}: ${lastLines}`];
}

async function mentioned(scene: CheckScene, folder: string): Promise<readonly string[]> {
  const files = await documentationFiles(scene);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return (await Promise.all(texts.map(mentionedTargets))).flat();
}

/** The Markdown files of the release that phase 9 is about. */
export async function documentationFiles(scene: CheckScene): Promise<readonly string[]> {
  const { documentationPaths } = scene.context.application;
  // What a `*` stands for is looked for below its folder.
  const places = documentationPaths.map((path) => path.replace(/\*.*$/, ""));
  const entries = await filesBelow(scene.context, scene.wanted.release.tree, places);
  return entries
    .filter(({ kind, mode, path }) => kind === "blob" && mode !== "120000" && path.endsWith(".md"))
    .map(({ path }) => path);
}

/** The release as a folder of its own: the work tree may still be the other side's. */
async function withRelease<T>(scene: CheckScene, work: (folder: string) => Promise<T>): Promise<T> {
  return withTemporaryFolder(scene.context, async (temporary) => {
    const folder = join(temporary, "release");
    await mkdir(folder);
    await exportTree(scene.context, scene.wanted.release.tree, folder);
    return work(folder);
  });
}

function noMakefile(error: unknown): never {
  throw new Error(`the release has no Makefile (${messageOf(error).split(":")[0] ?? ""})`);
}
