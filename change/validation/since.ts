import { edgeOf } from "../../plan/application/topologies";
import type { ChangeRequest } from "../../plan/model/wanted";
import type { HostContext } from "../../host/context";
import { inspectContainer } from "../../host/docker/containers";
import { readChange } from "../records/read";

/** From when on an error in a log counts: the change's begin, or, later, the moment at which its edge took over. */
export async function sinceChange(
  context: HostContext,
  { number, wanted }: ChangeRequest,
): Promise<string | null> {
  const stored = await readChange(context, number);
  const edge = edgeOf(wanted.topology).containerName;
  const info = await inspectContainer(context, edge);
  const times = [stored?.openedAt, info?.State.StartedAt].filter((time) => time !== undefined);
  return times.sort((one, other) => Date.parse(one) - Date.parse(other)).at(-1) ?? null;
}
