import type { VerbInputs } from "../plan/run/verbs";
import type { HostContext } from "../host/context";
import { inspectContainer } from "../host/docker/containers";
import { type Named, renameAway } from "../host/docker/rename";
import { stopContainers } from "../host/docker/stop";
import { holdLock } from "./lock/hold";
import { networksNamed } from "./outgoing-side";

/**
 * Runs only when a stack's state is new. Containers that hold its names then are strangers to it (lost state, or started by
 * Compose): they are stopped and renamed, never removed, so that the staged ones can have the names. The edge goes first.
 */
export async function freeNames(
  context: HostContext,
  { edge, containers, networks }: VerbInputs["freeNames"],
): Promise<object> {
  const found = await Promise.all(containers.map((name) => holderOf(context, name)));
  const holders = found.filter((holder) => holder !== null);
  if (holders.length === 0) return { renamed: 0 };

  await holdLock(context);
  context.report(
    `the stack's state is new, but ${holders.length} containers hold its names: stopping and renaming them`,
  );
  await setAside(
    context,
    holders.filter(({ name }) => name === edge),
  );
  await setAside(
    context,
    holders.filter(({ name }) => name !== edge),
  );
  for (const network of await networksNamed(context, networks)) {
    await context.docker.getNetwork(network.id).remove();
  }
  return { renamed: holders.length };
}

async function setAside(context: HostContext, holders: readonly Named[]): Promise<void> {
  await stopContainers(context, holders);
  await Promise.all(holders.map((holder) => renameAway(context, holder)));
}

async function holderOf(context: HostContext, name: string): Promise<Named | null> {
  const info = await inspectContainer(context, name);
  return info === undefined ? null : { id: info.Id, name };
}
