import type Docker from "dockerode";
import type { ContainerInspectInfo } from "dockerode";
import { COMPOSE_LABELS, SERVICE_LABEL, STACK_LABEL } from "../../plan/application/labels";
import type { ObservedContainer } from "../../plan/model/observed";
import { type Service, STACK_NAMES, type StackName } from "../../plan/application/topology";
import { dockerName, type HostContext } from "../context";
import { healthNow, isWell } from "./health";
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

/** The service that a container was made for, by this program or by Compose from the application's repository; its name has to be that service's. */
function serviceName(context: HostContext, { Labels, Names }: Labelled): string | undefined {
  const service = Labels[SERVICE_LABEL] ?? composeService(context, Labels);
  if (service === undefined) return undefined;
  return Names.includes(`/${dockerName(context, service)}`) ? service : undefined;
}

interface Labelled {
  readonly Labels: Readonly<Record<string, string>>;
  /** Each with a slash in front. */
  readonly Names: readonly string[];
}

function composeService(
  { repository }: HostContext,
  labels: Labelled["Labels"],
): string | undefined {
  return labels[COMPOSE_LABELS.workingDirectory] === repository
    ? labels[COMPOSE_LABELS.service]
    : undefined;
}

async function observeContainer(
  context: HostContext,
  id: string,
): Promise<ObservedContainer | undefined> {
  const info = await inspectContainer(context, id);
  if (info === undefined) return undefined;
  const named = { Labels: info.Config.Labels, Names: [info.Name] };
  return {
    id: info.Id,
    name: serviceName(context, named) ?? info.Name,
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
