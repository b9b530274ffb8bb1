import type Docker from "dockerode";
import type { ContainerInspectInfo } from "dockerode";
import type { ObservedContainer } from "../../plan/model/observed";
import { execute } from "./exec";

type Health = ObservedContainer["health"];

const ANSWERS_WITHIN_MS = 5_000;

/** What Docker says of a container's health; `none` if it has no health check. */
function healthOf({ State }: ContainerInspectInfo): Health {
  const status = (State as { Health?: { Status?: string } }).Health?.Status;
  return status === "healthy" || status === "unhealthy" || status === "starting" ? status : "none";
}

/**
 * What Docker says of a container's health; one that it has not found healthy since its start is asked at once by its own health
 * check, since Docker's next look may be seconds away.
 */
export async function healthNow(docker: Docker, info: ContainerInspectInfo): Promise<Health> {
  const health = healthOf(info);
  if (health !== "starting" || !info.State.Running) return health;
  return (await passesOwnCheck(docker, info)) ? "healthy" : health;
}

/** A container without a health check is well while it runs. */
export function isWell(health: Health): boolean {
  return health === "healthy" || health === "none";
}

/** After so long Docker itself takes a container's start for one that has succeeded. */
const STEADY_AFTER_MS = 10_000;

/** Whether a container ends again and again: it runs only because Docker has just restarted it. */
export function keepsEnding({ RestartCount, State }: ContainerInspectInfo): boolean {
  if (State.Restarting) return true;
  return RestartCount > 0 && Date.now() - Date.parse(State.StartedAt) < STEADY_AFTER_MS;
}

async function passesOwnCheck(docker: Docker, info: ContainerInspectInfo): Promise<boolean> {
  const [how, ...command] = info.Config.Healthcheck?.Test ?? [];
  const argv = how === "CMD-SHELL" ? ["/bin/sh", "-c", ...command] : command;
  if (argv.length === 0) return false;
  try {
    const options = { deadlineMs: ANSWERS_WITHIN_MS };
    return (await execute(docker.getContainer(info.Id), argv, options)).exitCode === 0;
  } catch {
    // It may have ended meanwhile, or be too busy to answer: not healthy yet.
    return false;
  }
}
