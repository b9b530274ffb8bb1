import type { HostContext } from "../context";
import { PREVIOUS_SUFFIX } from "./containers";
import { gone } from "./statuses";

/** A container, by its id and the name that it has, or had, on Docker. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Frees a container's name for another one: it keeps it with a suffix that tells which one it is. */
export async function renameAway(context: HostContext, { id, name }: Named): Promise<void> {
  await renameTo(context, id, `${name}${PREVIOUS_SUFFIX}-${id.slice(0, 12)}`);
}

/** Gives a container its name again. */
export async function renameBack(context: HostContext, { id, name }: Named): Promise<void> {
  await renameTo(context, id, name);
}

async function renameTo(context: HostContext, id: string, name: string): Promise<void> {
  const container = context.docker.getContainer(id);
  const info = await container.inspect().catch(gone);
  if (info !== null && info.Name !== `/${name}`) await container.rename({ name });
}
