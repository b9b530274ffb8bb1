import { installDebianPackages, isRootOnDebian, startEngine } from "./engine.mjs";
import { makeCompose } from "./compose.mjs";
import { createImageMaker } from "./images.mjs";
import { installPackages } from "./packages.mjs";
import { assemblePlugins, makeCli, makePlugin } from "./pulumi.mjs";
import { reportArtefact, say, startRunning } from "./terminal.mjs";
import { IMAGES, PLUGINS } from "./versions.mjs";

/** Collects what went wrong, so that one failure does not hide another and nothing that runs is left behind. */
export class Failures extends Error {
  constructor(messages) {
    super(messages.join("\n  "));
  }
}

const describe = {
  cli: "Pulumi CLI",
  compose: "Docker Compose",
  plugin: (name) => `Pulumi plugin ${name} ${PLUGINS[name].version}`,
  image: (name) => `image ${name}`,
};

/** Gives back what is there, or makes it; one line on the terminal either way. */
async function provideOne(name, found, make) {
  const started = performance.now();
  const stop = startRunning(name);
  try {
    const result = found ?? (await make());
    const seconds = (performance.now() - started) / 1000;
    stop();
    reportArtefact({ name, source: result.source, seconds });
    return result;
  } finally {
    stop();
  }
}

async function providePackages(installed) {
  const found = installed ? { source: "already installed" } : undefined;
  return provideOne("npm packages", found, async () => ({ source: await installPackages() }));
}

/** Only `npm run lint` needs it, so that set-up goes on without it. */
async function provideShellcheck(installed) {
  const found = installed ? { source: "already installed" } : undefined;
  try {
    await provideOne("shellcheck", found, installShellcheck);
  } catch (error) {
    say(`  shellcheck is missing, which \`npm run lint\` needs: ${error.message}`);
  }
}

async function installShellcheck() {
  if (!(await isRootOnDebian())) {
    throw new Error("install your system's package shellcheck, or run set-up as root on Debian");
  }
  await installDebianPackages(["shellcheck"]);
  return { source: "Debian's shellcheck" };
}

async function provideImages(found) {
  const engine = await provideOne("Docker engine", found.engine, startEngine);
  const make = createImageMaker(engine.processor);
  // One after the other: each build is one apt-get, and those that need a Go program come last.
  const images = {};
  const failures = [];
  for (const name of Object.keys(IMAGES)) {
    const image = provideOne(describe.image(name), found.images[name], () => make(name));
    images[name] = await image.catch((error) => void failures.push(error.message));
  }
  if (failures.length > 0) throw new Failures(failures);
  return images;
}

async function provideTools(found) {
  const cli = await provideOne(describe.cli, found.cli, makeCli);
  const plugins = {};
  for (const name of Object.keys(PLUGINS)) {
    plugins[name] = await provideOne(describe.plugin(name), found.plugins[name], () =>
      makePlugin(name),
    );
  }
  const compose = await provideOne(describe.compose, found.compose, makeCompose);
  return { cli, compose, pluginsDirectory: await assemblePlugins(plugins) };
}

/** Makes everything that the survey did not find. Throws Failures with every failure. */
export async function provide(found) {
  // By itself: Debian's packages are installed by one process at a time.
  await provideShellcheck(found.shellcheck);
  const results = await Promise.allSettled([
    providePackages(found.packages),
    provideTools(found),
    provideImages(found),
  ]);
  const failed = results.filter((result) => result.status === "rejected");
  if (failed.length > 0) {
    throw new Failures([...new Set(failed.map((result) => result.reason.message))]);
  }
  const [, tools, images] = results.map((result) => result.value);
  return { ...tools, images };
}
