import type Docker from "dockerode";
import type { ContainerInspectInfo } from "dockerode";
import { COMPOSE_LABELS, STACK_LABEL } from "../../plan/application/labels";
import type { ObservedContainer } from "../../plan/model/observed";
import { type Service, STACK_NAMES, type StackName } from "../../plan/application/topology";
import type { HostContext } from "../context";
import { healthNow, isWell, keepsEnding } from "./health";
import { gone } from "./statuses";

/** What a container is renamed to while another one of its name takes over. */
export const PREVIOUS_SUFFIX = ".previous";

/** Every container of either side on this host, running or not, by the names of its services. */
export async function observeContainers(context: HostContext): Promise<ObservedContainer[]> {
  const listed = await context.docker.listContainers({ all: true });
  const own = listed.filter((container) => serviceName(context, container) !== undefined);
  const observed = await Promise.all(own.map(({ Id }) => observeContainer(context, Id)));
  return observed.flatMap((container) => container ?? []);
}

/** Names of the containers of this host but for the application's own, given by their ids. */
export async function foreignContainers(
  { docker }: HostContext,
  own: readonly string[],
): Promise<readonly string[]> {
  const listed = await docker.listContainers({ all: true });
  return listed
    .filter(({ Id }) => !own.includes(Id))
    .flatMap(({ Names }) => Names.map((name) => name.slice(1)));
}

/** The container that a service has, or will have. */
export function containerOf(
  context: HostContext,
  { containerName }: Pick<Service, "containerName">,
): Docker.Container {
  return context.docker.getContainer(containerName);
}

/** A container's details; undefined if there is none (any more). */
export async function inspectContainer(
  context: HostContext,
  nameOrId: string,
): Promise<ContainerInspectInfo | undefined> {
  const found = await context.docker.getContainer(nameOrId).inspect().catch(gone);
  return found ?? undefined;
}

/**
 * Null where a service's container runs and is well, or has done what it runs once for; else what it is: `missing`, `exited`, `starting`,
 * `running`.
 */
export async function troubleOf(
  context: HostContext,
  { containerName, runsOnce }: Pick<Service, "containerName" | "runsOnce">,
): Promise<string | null> {
  const info = await inspectContainer(context, containerName);
  if (info === undefined) return "missing";
  if (runsOnce) return hasCompleted(info) ? null : endText(info);
  if (!info.State.Running) return info.State.Status;
  const health = await healthNow(context.docker, info);
  if (health === "none" && keepsEnding(info)) return "ending again and again";
  return isWell(health) ? null : health;
}

/** Whether a container has ended without an error; one that was never started has not. */
function hasCompleted({ State }: Pick<ContainerInspectInfo, "State">): boolean {
  return State.Status === "exited" && State.ExitCode === 0;
}

function endText({ State }: ContainerInspectInfo): string {
  return State.Status === "exited" ? `exited with ${State.ExitCode}` : State.Status;
}

/**
 * The service that a container was made for from the application's repository, by this program or by Compose; not of one that only runs a
 * command, nor of one whose name another one has taken over.
 */
function serviceName({ repository }: HostContext, { Labels, Names }: Labelled): string | undefined {
  const isOwn =
    Labels[COMPOSE_LABELS.workingDirectory] === repository &&
    Labels[COMPOSE_LABELS.oneOff] !== "True" &&
    !Names.some((name) => name.includes(PREVIOUS_SUFFIX));
  return isOwn ? Labels[COMPOSE_LABELS.service] : undefined;
}

interface Labelled {
  readonly Labels: Readonly<Record<string, string>>;
  /** Each with a slash in front. */
  readonly Names: readonly string[];
}

async function observeContainer(
  context: HostContext,
  id: string,
): Promise<ObservedContainer | undefined> {
  const info = await inspectContainer(context, id);
  if (info === undefined) return undefined;
  const service = serviceName(context, { Labels: info.Config.Labels, Names: [info.Name] });
  if (service === undefined) return undefined;
  return {
    id: info.Id,
    name: service,
    containerName: info.Name.slice(1),
    networks: Object.keys(info.NetworkSettings.Networks),
    running: info.State.Running,
    health: await healthNow(context.docker, info),
    image: info.Config.Image,
    configHash: info.Config.Labels[COMPOSE_LABELS.configHash] ?? null,
    stack: stackOf(info),
  };
}

/** A container's environment, as `NAME=value`; one that was given none has null there. */
export function environmentOf({
  Config,
}: {
  readonly Config: { readonly Env: readonly string[] | null };
}): readonly string[] {
  return Config.Env ?? [];
}

function stackOf(info: ContainerInspectInfo): StackName | null {
  const label = info.Config.Labels[STACK_LABEL];
  return STACK_NAMES.find((stack) => stack === label) ?? null;
}
