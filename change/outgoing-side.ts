import type { ChangeRequest } from "../plan/model/wanted";
import type { HostContext } from "../host/context";
import { observeContainers } from "../host/docker/containers";
import { observeGit } from "../host/release/observe";
import type { OutgoingSide } from "./records/change";
import type { Retired } from "./records/format";
import { saveUntracked } from "../host/untracked/save-untracked";

/** What a change leaves: its untracked files (saved), the branch of the work tree, and, on a switch, containers and networks by id. */
export async function observeOutgoingSide(
  context: HostContext,
  request: ChangeRequest,
): Promise<OutgoingSide> {
  const git = await observeGit(context, {
    refs: [],
    untrackedPaths: context.application.untrackedPaths,
  });
  const outgoingBranch = git.branch ?? git.head;
  if (request.from === null) {
    return { outgoingUntracked: null, outgoingBranch, retire: [], retireNetworks: [] };
  }
  const outgoingUntracked = await saveUntracked(context, context.application.untrackedPaths);
  if (request.kind !== "switch") {
    return { outgoingUntracked, outgoingBranch, retire: [], retireNetworks: [] };
  }
  const { live } = request;
  if (live === null)
    throw new Error(`change ${request.number} leaves a side that it does not know`);
  const outgoing = live.topology;
  const names = new Set(outgoing.services.map(({ name }) => name));
  const containers = await observeContainers(context);
  return {
    outgoingUntracked,
    outgoingBranch,
    retire: containers
      .filter(({ name }) => names.has(name))
      .map(({ id, containerName: name }) => ({ id, name })),
    retireNetworks: await networksNamed(
      context,
      outgoing.networks.map(({ dockerName }) => dockerName),
    ),
  };
}

/** Networks of these names of Docker's that exist. */
export async function networksNamed(
  context: HostContext,
  names: readonly string[],
): Promise<Retired[]> {
  const wanted = new Set(names);
  const networks = await context.docker.listNetworks();
  return networks
    .filter(({ Name }) => wanted.has(Name))
    .map(({ Id, Name }) => ({ id: Id, name: Name }));
}
