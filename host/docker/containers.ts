import type Docker from "dockerode";
import type { ContainerInspectInfo } from "dockerode";
import type { ObservedContainer } from "../../plan/model/observed";
import { type Service, STACK_NAMES, type StackName } from "../../plan/application/topology";
import { dockerName, type HostContext } from "../context";
import { healthNow, isWell } from "./health";
import { gone } from "./statuses";

export const STACK_LABEL = "motovaultpro.stack";

/** What a container is renamed to while another one of its name takes over. */
export const PREVIOUS_SUFFIX = ".previous";

/** Every container of either side on this host, running or not, by the names of its services. */
export async function observeContainers(context: HostContext): Promise<ObservedContainer[]> {
  const listed = await context.docker.listContainers({ all: true });
  const own = listed.filter((container) =>
    container.Names.some((name) => serviceName(context, name) !== undefined),
  );
  const observed = await Promise.all(own.map(({ Id }) => observeContainer(context, Id)));
  return observed.flatMap((container) => container ?? []);
}

/** The container that a service has, or will have. */
export function containerOf(
  context: HostContext,
  { name }: Pick<Service, "name">,
): Docker.Container {
  return context.docker.getContainer(dockerName(context, name));
}

/** A container's details; undefined if there is none (any more). */
export async function inspectContainer(
  context: HostContext,
  nameOrId: string,
): Promise<ContainerInspectInfo | undefined> {
  const found = await context.docker.getContainer(nameOrId).inspect().catch(gone);
  return found ?? undefined;
}

/** Null where a container runs and is well, else what it is: `missing`, `exited`, `starting`. */
export async function troubleOf(context: HostContext, name: string): Promise<string | null> {
  const info = await inspectContainer(context, name);
  if (info === undefined) return "missing";
  if (!info.State.Running) return info.State.Status;
  const health = await healthNow(context.docker, info);
  return isWell(health) ? null : health;
}

function serviceName(context: HostContext, name: string): string | undefined {
  const bare = name.replace(/^\//, "");
  const own = bare.slice(context.namePrefix.length);
  return bare === dockerName(context, own) && isService(context, own) ? own : undefined;
}

function isService({ application }: HostContext, name: string): boolean {
  return STACK_NAMES.some((stack) => application.services[stack].includes(name));
}

async function observeContainer(
  context: HostContext,
  id: string,
): Promise<ObservedContainer | undefined> {
  const info = await inspectContainer(context, id);
  if (info === undefined) return undefined;
  return {
    id: info.Id,
    name: serviceName(context, info.Name) ?? info.Name,
    running: info.State.Running,
    health: await healthNow(context.docker, info),
    image: info.Config.Image,
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
