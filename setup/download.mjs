import { tryRun, run } from "./run.mjs";

const CONNECT_SECONDS = "4";
const TOTAL_SECONDS = "600";
const PULUMI_DOWNLOADS = "https://get.pulumi.com/releases";
const COMPOSE_DOWNLOADS = "https://github.com/docker/compose/releases";
const DOCKER_REGISTRY = "https://index.docker.io/v2/";

const answers = new Map();

/** Whether anything answers at that address within a few seconds; asked once per run. curl, because it knows the proxies. */
function answersAt(address) {
  if (!answers.has(address)) {
    const args = ["-sS", "-I", "-o", "/dev/null", "--connect-timeout", CONNECT_SECONDS];
    const asked = tryRun("curl", [...args, "--max-time", "8", address]);
    answers.set(
      address,
      asked.then((output) => output !== undefined),
    );
  }
  return answers.get(address);
}

export const pulumiDownloadsAnswer = () => answersAt(PULUMI_DOWNLOADS);
export const composeDownloadsAnswer = () => answersAt(COMPOSE_DOWNLOADS);
export const registryAnswersHere = () => answersAt(DOCKER_REGISTRY);

const goPlatform = { linux: "linux", darwin: "darwin" }[process.platform] ?? process.platform;
const processor = { x64: "amd64", arm64: "arm64" }[process.arch] ?? process.arch;

export function cliAddress(version) {
  return `${PULUMI_DOWNLOADS}/sdk/pulumi-v${version}-${goPlatform}-${process.arch}.tar.gz`;
}

export function pluginAddress(name, version) {
  const file = `pulumi-resource-${name}-v${version}-${goPlatform}-${processor}.tar.gz`;
  return `${PULUMI_DOWNLOADS}/plugins/${file}`;
}

/** Docker names processors as the kernel does. */
export function composeAddress(version) {
  const kernelProcessor = { x64: "x86_64", arm64: "aarch64" }[process.arch] ?? process.arch;
  const file = `docker-compose-${goPlatform}-${kernelProcessor}`;
  return `${COMPOSE_DOWNLOADS}/download/v${version}/${file}`;
}

/** Downloads one file. Throws when that fails. */
export async function downloadFile(address, file) {
  const limits = ["--connect-timeout", CONNECT_SECONDS, "--max-time", TOTAL_SECONDS];
  await run("curl", ["-fsSL", ...limits, "-o", file, address]);
}

/** Downloads an archive and unpacks it into the folder; `strip` leading folders are dropped. Throws when either fails. */
export async function downloadArchive(address, folder, strip) {
  const archive = `${folder}/.download.tar.gz`;
  await downloadFile(address, archive);
  await run("tar", ["-xzf", archive, "-C", folder, `--strip-components=${strip}`]);
  await run("rm", [archive]);
}
