import type { HostContext } from "../host/context";
import { inspectContainer, PREVIOUS_SUFFIX } from "../host/docker/containers";
import { networksNamed } from "./outgoing-side";
import { holdLock } from "./lock/hold";
import { dockerName } from "../host/context";
import type { VerbInputs } from "../plan/run/verbs";

/**
 * Runs only when a stack's state is new. Containers that hold its names then are strangers to it (lost state, or started by
 * Compose): they are stopped and renamed, never removed, so that the staged ones can have the names. The edge goes first.
 */
export async function freeNames(
  context: HostContext,
  { edge, containers, networks }: VerbInputs["freeNames"],
): Promise<object> {
  const others = containers.filter((name) => name !== edge);
  const holders = (
    await Promise.all([edge, ...others].map((name) => holderOf(context, name)))
  ).filter((holder) => holder !== undefined);
  if (holders.length === 0) return { renamed: 0 };

  await holdLock(context);
  context.report(
    `the stack's state is new, but ${holders.length} containers hold its names: stopping and renaming them`,
  );
  const [first, ...rest] = holders;
  if (first) await first.stopAndRename();
  await Promise.all(rest.map((holder) => holder.stopAndRename()));
  for (const network of await networksNamed(context, networks)) {
    await context.docker.getNetwork(network.id).remove();
  }
  return { renamed: holders.length };
}

async function holderOf(context: HostContext, service: string) {
  const name = dockerName(context, service);
  const info = await inspectContainer(context, name);
  if (info === undefined) return undefined;
  const container = context.docker.getContainer(info.Id);
  const stopAndRename = async () => {
    if (info.State.Running) await container.stop();
    await container.rename({ name: `${name}${PREVIOUS_SUFFIX}-${info.Id.slice(0, 12)}` });
  };
  return { stopAndRename };
}
