import { type Problem, ProblemsError } from "../plan/problem";
import type { StackName } from "../plan/application/topology";
import type { VerbInputs } from "../plan/run/verbs";
import type { HostContext } from "../host/context";
import { inspectContainer } from "../host/docker/containers";
import { type Named, renameAway } from "../host/docker/rename";
import { stopContainers } from "../host/docker/stop";
import { holdLock } from "./lock/hold";
import { networksNamed } from "./outgoing-side";

const ATTEMPT = "take the names of its containers";

/**
 * Runs only when a stack's state is new. Containers that hold its names then are strangers to it (lost state, or started by
 * Compose): where they may be taken over they are stopped and renamed, never removed, so that the staged ones can have the names. The edge
 * goes first.
 *
 * @throws ProblemsError that names them where they may not, before any is touched.
 */
export async function freeNames(
  context: HostContext,
  { stack, takeOver, edge, containers, networks }: VerbInputs["freeNames"],
): Promise<object> {
  const found = await Promise.all(containers.map((name) => holderOf(context, name)));
  const holders = found.filter((holder) => holder !== null);
  if (holders.length === 0) return { renamed: 0 };

  if (!takeOver) throw new ProblemsError(ATTEMPT, [heldProblem(stack, holders)]);

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

function heldProblem(stack: StackName, holders: readonly Named[]): Problem {
  return {
    subject: "containers",
    what: `the state of stack "${stack}" is new, and its names are those of ${holders.length} containers: ${holders.map(({ name }) => name).join(", ")}`,
    advice: [
      "bring the stack's state back: pulumi stack import",
      `or let them be stopped and replaced, which is a downtime: pulumi config set takeOver true --stack ${stack}`,
    ],
  };
}

async function setAside(context: HostContext, holders: readonly Named[]): Promise<void> {
  await stopContainers(context, holders);
  await Promise.all(holders.map((holder) => renameAway(context, holder)));
}

async function holderOf(context: HostContext, name: string): Promise<Named | null> {
  const info = await inspectContainer(context, name);
  return info === undefined ? null : { id: info.Id, name };
}
