import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type Docker from "dockerode";
import { type HostContext, ownName } from "../../host/context";
import {
  CONFLICT,
  gone,
  NOT_FOUND,
  NOT_MODIFIED,
  statusOf,
  unless,
} from "../../host/docker/statuses";
import { isAlive } from "../../host/processes";
import type { HeldLock, LockRequest } from "./holder";

const LOCK_NAME = "lock";
const LABEL = "motovaultpro.lock";

/** Takes the name; false if a container has it. The name alone is the lock: creating it is atomic in Docker. */
export async function createLockContainer(
  context: HostContext,
  request: LockRequest,
): Promise<boolean> {
  try {
    const container = await context.docker.createContainer({
      name: ownName(context, LOCK_NAME),
      Image: context.helperImage,
      Entrypoint: ["tail"],
      Cmd: ["-f", "/dev/null"],
      Labels: labelsOf(request),
      // As process 1 it has no handler for SIGTERM.
      StopSignal: "SIGKILL",
      StopTimeout: 0,
      Healthcheck: { Test: ["NONE"] },
      HostConfig: {
        NetworkMode: "none",
        RestartPolicy: { Name: "no" },
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
      },
    });
    await start(container);
    return true;
  } catch (error) {
    if (statusOf(error) === CONFLICT) return false;
    if (statusOf(error) === NOT_FOUND) {
      throw new Error(
        `the helper image "${context.helperImage}" is not on this Docker host: pull it (docker pull) or name another one in config "images"`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** The container that has the lock's name, and whether its holder still lives; null if there is none. */
export async function inspectLockContainer(context: HostContext): Promise<HeldLock | null> {
  const container = context.docker.getContainer(ownName(context, LOCK_NAME));
  const found = await container.inspect().catch(gone);
  if (found === null) return null;
  const labels = found.Config.Labels;
  if (labels[LABEL] === undefined) {
    throw new Error(
      `a container "${ownName(context, LOCK_NAME)}" exists that is not this program's lock: rename or remove it`,
    );
  }
  return heldLock(found, labels);
}

/** Starts a lock's container again where its owner finds it stopped, for example after a restart of Docker. */
export async function startLockContainer(context: HostContext, id: string): Promise<void> {
  await start(context.docker.getContainer(id));
}

/**
 * Frees the name, unless the container is going or gone already. By id, never by name: another run may have taken the name
 * over meanwhile.
 */
export async function removeLockContainer(context: HostContext, id: string): Promise<void> {
  const container = context.docker.getContainer(id);
  await container.remove({ force: true, v: true }).catch(unless(NOT_FOUND, CONFLICT));
}

function labelsOf(request: LockRequest): Record<string, string> {
  return {
    [LABEL]: "true",
    [`${LABEL}.holder`]: request.holder,
    [`${LABEL}.host`]: hostname(),
    [`${LABEL}.pid`]: String(request.pid),
    [`${LABEL}.start-time`]: request.startTime,
    [`${LABEL}.number`]: String(request.number),
    [`${LABEL}.since`]: new Date().toISOString(),
    [`${LABEL}.token`]: randomUUID(),
  };
}

async function heldLock(
  found: Docker.ContainerInspectInfo,
  labels: Readonly<Record<string, string>>,
): Promise<HeldLock> {
  const label = (name: string) => labels[`${LABEL}.${name}`] ?? "";
  const lock = {
    containerId: found.Id,
    holder: label("holder"),
    host: label("host"),
    pid: Number(label("pid")),
    startTime: label("start-time"),
    number: Number(label("number")),
    since: label("since"),
    token: label("token"),
  };
  return { ...lock, alive: await holderLives(lock, found.State) };
}

/** On this machine the process decides; of another machine only a stopped container says that its holder is gone. */
async function holderLives(
  lock: { readonly host: string; readonly pid: number; readonly startTime: string },
  state: { readonly Status: string },
): Promise<boolean> {
  if (lock.host === hostname()) return isAlive(lock);
  return state.Status === "running" || state.Status === "created";
}

/** Of several verbs of one run, another may find the container that one has just made, and start or remove it first. */
async function start(container: Docker.Container): Promise<void> {
  await container.start().catch(unless(NOT_FOUND, NOT_MODIFIED));
}
