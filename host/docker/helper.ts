import { Duplex } from "node:stream";
import type Docker from "dockerode";
import type { HostContext } from "../context";
import { Captured } from "./captured";
import type { Sink } from "./exec";
import { frames } from "./frames";

/** On every helper container; its value says what the helper does. */
export const HELPER_LABEL = "motovaultpro.helper";

export interface HelperMount {
  readonly type: "volume" | "bind";
  /** Docker's name of an existing volume, or an absolute host path. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface HelperRun {
  /** What it does, in a word or two, for its label and for errors. */
  readonly purpose: string;
  /** A constant bash script; values are passed as its positional arguments only. */
  readonly script: string;
  readonly arguments?: readonly string[];
  readonly mounts: readonly HelperMount[];
  /** Another image than the helper's, to try its program on a volume; the script is then one for any POSIX shell. */
  readonly image?: string;
  /** Writes standard input, which is closed when it resolves; without it the helper reads nothing. */
  readonly feed?: (write: Sink) => Promise<void>;
}

/**
 * Runs a script in a throw-away container that has no network and sees nothing but its mounts, and returns what it wrote to
 * standard output (its last MiB). A volume that is mounted must exist: Docker would silently create it.
 *
 * @throws Error with the exit code and the last lines of standard error.
 */
export async function runHelper(context: HostContext, run: HelperRun): Promise<string> {
  const { streams, ended } = await startHelper(context, run);
  const stdout = new Captured();
  const stderr = new Captured();
  const settled = await Promise.allSettled([
    ended,
    listen(streams, stdout, stderr),
    feed(streams, run),
  ]);
  const exitCode = settled[0].status === "fulfilled" ? settled[0].value : 0;
  if (exitCode !== 0) {
    const said = stderr.lastLines(8) || stdout.lastLines(8);
    throw new Error(`helper "${run.purpose}" ended with ${exitCode}: ${said}`);
  }
  for (const result of settled) if (result.status === "rejected") throw result.reason;
  return stdout.text();
}

/** A helper that runs: what it says and, where it is fed, hears; and its exit code, known when the container is gone. */
export interface StartedHelper {
  readonly streams: Duplex;
  readonly ended: Promise<number>;
}

/** Starts a helper; `feed` is only looked at for whether there is one: the caller writes. */
export async function startHelper(context: HostContext, run: HelperRun): Promise<StartedHelper> {
  const container = await context.docker.createContainer(specification(context, run));
  const streams = await attach(container, run);
  const ended = endOf(container);
  try {
    await container.start();
  } catch (error) {
    streams.destroy();
    await container.remove({ force: true }).catch(() => undefined);
    throw error;
  }
  return { streams, ended };
}

async function attach(container: Docker.Container, run: HelperRun): Promise<Duplex> {
  const streams = await container.attach({
    stream: true,
    stdin: run.feed !== undefined,
    stdout: true,
    stderr: true,
    hijack: true,
  });
  if (!(streams instanceof Duplex)) throw new Error("Docker did not give a two-way connection");
  // A helper that ends early breaks the pipe; its exit code tells more than that error.
  streams.on("error", () => undefined);
  return streams;
}

/** Asked before the start, because the container is gone as soon as it has ended. */
function endOf(container: Docker.Container): Promise<number> {
  const wait = container.wait({ condition: "removed" }) as Promise<{ StatusCode: number }>;
  const end = wait.then(({ StatusCode }) => StatusCode);
  // Looked at only after the start, which may fail first.
  end.catch(() => undefined);
  return end;
}

async function listen(streams: Duplex, stdout: Captured, stderr: Captured): Promise<void> {
  for await (const frame of frames(streams)) {
    (frame.channel === "stdout" ? stdout : stderr).add(frame.bytes);
  }
}

async function feed(streams: Duplex, run: HelperRun): Promise<void> {
  if (run.feed === undefined) return;
  try {
    await run.feed(
      (bytes) =>
        new Promise((resolve, reject) => {
          streams.write(bytes, (error) => {
            if (error) reject(error);
            else resolve();
          });
        }),
    );
  } finally {
    streams.end();
  }
}

function specification(context: HostContext, run: HelperRun): Docker.ContainerCreateOptions {
  const fed = run.feed !== undefined;
  return {
    Image: run.image ?? context.helperImage,
    Entrypoint: entrypoint(run),
    Cmd: [...(run.arguments ?? [])],
    User: "0:0",
    WorkingDir: "/",
    Labels: { [HELPER_LABEL]: run.purpose },
    OpenStdin: fed,
    StdinOnce: fed,
    Tty: false,
    HostConfig: {
      AutoRemove: true,
      NetworkMode: "none",
      ReadonlyRootfs: true,
      Mounts: run.mounts.map(mountSettings),
    },
  };
}

function entrypoint({ image, script }: HelperRun): string[] {
  const [shell, strict] = image === undefined ? ["/bin/bash", "-euo pipefail"] : ["/bin/sh", "-eu"];
  return [shell, "-c", `set ${strict}; umask 077\n${script}`, "helper"];
}

function mountSettings(mount: HelperMount): Docker.MountSettings {
  const settings = {
    Type: mount.type,
    Source: mount.source,
    Target: mount.target,
    ReadOnly: mount.readOnly,
  };
  if (mount.type === "bind") return settings;
  return { ...settings, VolumeOptions: { NoCopy: true } as VolumeOptions };
}

/** Docker takes the options that are given; the types ask for all of them. */
type VolumeOptions = NonNullable<Docker.MountSettings["VolumeOptions"]>;
