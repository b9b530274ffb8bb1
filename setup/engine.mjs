import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cacheRoot } from "./cache.mjs";
import { run, tryRun } from "./run.mjs";

const START_LIMIT_MILLISECONDS = 60_000;

/** Version and processor of the Docker engine that answers, or undefined. */
export async function findEngine() {
  const format = "{{.Server.Version}} {{.Server.Arch}}";
  const answer = await tryRun("docker", ["version", "--format", format], { timeout: 10_000 });
  if (!answer) return undefined;
  const [version, processor] = answer.trim().split(" ");
  return { version, processor, source: "already running" };
}

/** Whether set-up may install packages and start services here: root on Debian or what descends from it. */
export async function isRootOnDebian() {
  if (process.getuid?.() !== 0) return false;
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^ID(_LIKE)?=.*debian/m.test(release);
}

/** Installs Debian packages. */
export async function installDebianPackages(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update"], { env });
  await run("apt-get", ["install", "-y", "--no-install-recommends", ...names], { env });
}

const isInstalled = async (program) => (await tryRun(program, ["--version"])) !== undefined;

async function installEngine() {
  if ((await isInstalled("dockerd")) && (await isInstalled("docker"))) return "installed before";
  const separateClient = await tryRun("apt-cache", ["show", "docker-cli"]);
  await installDebianPackages([
    "ca-certificates",
    "docker.io",
    "iptables",
    ...(separateClient?.trim() ? ["docker-cli"] : []),
  ]);
  return "Debian's docker.io";
}

/** Detached, so that the engine stays alive when the terminal or the command that called set-up ends. */
async function startDaemon() {
  if (existsSync("/run/systemd/system")) {
    await run("systemctl", ["start", "docker"]);
    return undefined;
  }
  await mkdir(cacheRoot, { recursive: true });
  const log = join(cacheRoot, "dockerd.log");
  const output = openSync(log, "a");
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", output, output] });
  daemon.on("error", () => undefined);
  daemon.unref();
  return log;
}

/** Installs what is missing, starts the engine and waits until it answers. */
export async function startEngine() {
  const source = await installEngine();
  const log = await startDaemon();
  const deadline = Date.now() + START_LIMIT_MILLISECONDS;
  for (;;) {
    const engine = await findEngine();
    if (engine) return { ...engine, source: `${source}, started` };
    if (Date.now() > deadline) {
      const where = log ? `see ${log}` : "see journalctl -u docker";
      throw new Error(`the Docker engine did not answer within 60 s: ${where}`);
    }
    await delay(250);
  }
}
