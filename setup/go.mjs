import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot, contentHash, publish, toolchainRoot } from "./cache.mjs";
import { CommandError, run, tryRun } from "./run.mjs";
import { GO_PROGRAMS } from "./versions.mjs";

/** The installed Go's version ("1.26.8"), or undefined where there is none. */
export async function installedGo() {
  const version = await tryRun("go", ["env", "GOVERSION"]);
  return version?.trim().replace(/^go/, "");
}

/** The lowest Go version that builds every module of toolchain/. */
export async function requiredGo() {
  const folders = await readdir(toolchainRoot);
  const modules = folders.map((name) => join(toolchainRoot, name, "go.mod")).filter(existsSync);
  const texts = await Promise.all(modules.map((file) => readFile(file, "utf8")));
  return texts
    .map((text) => /^go (\S+)$/m.exec(text)?.[1] ?? "0")
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .at(-1);
}

/** Folder of the cache that holds the program, named after all that decides its content. */
export async function programFolder(name, processor) {
  const program = GO_PROGRAMS[name];
  const target = program.forImage ? `linux/${processor}` : `${process.platform}/${process.arch}`;
  const hash = await contentHash(join(toolchainRoot, name), { program, target });
  return join(cacheRoot, "programs", `${name}-${program.version}-${hash}`);
}

function buildArguments(program, output) {
  const tags = program.tags ? ["-tags", program.tags] : [];
  const flags = ["-mod=readonly", "-trimpath", "-ldflags", program.linkerFlags, ...tags];
  return ["build", ...flags, "-o", output, program.package];
}

async function compile(name, processor, output) {
  const program = GO_PROGRAMS[name];
  const target = program.forImage ? { GOOS: "linux", GOARCH: processor } : {};
  // What a user has set for other work must not change what is built here.
  const env = {
    ...process.env,
    CGO_ENABLED: "0",
    GOFLAGS: "-buildvcs=false",
    GOWORK: "off",
    ...target,
  };
  try {
    await run("go", buildArguments(program, output), { cwd: join(toolchainRoot, name), env });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const log = join(cacheRoot, `${name}.log`);
    await mkdir(cacheRoot, { recursive: true });
    await writeFile(log, error.output);
    throw new Error(`toolchain/${name} does not build, all output in ${log}\n    ${error.message}`);
  }
}

let lastBuild = Promise.resolve();

/** Builds the program unless the cache has it; gives back its folder. Builds wait for one another: each uses every processor. */
export async function buildProgram(name, processor) {
  const folder = await programFolder(name, processor);
  const build = lastBuild.then(() =>
    publish(folder, (temporary) => compile(name, processor, join(temporary, name))),
  );
  lastBuild = build.catch(() => undefined);
  return build;
}
