import { join } from "node:path";
import type { HostContext } from "./context";

/** Where things are in the state directory; nothing else builds these paths. */
export const statePath = {
  backup: (context: HostContext, id: string) => join(context.stateDirectory, "backups", id),
  backups: (context: HostContext) => join(context.stateDirectory, "backups"),
  record: (context: HostContext, number: number) =>
    join(context.stateDirectory, "records", String(number)),
  records: (context: HostContext) => join(context.stateDirectory, "records"),
  buildContext: (context: HostContext, treeId: string) =>
    join(context.stateDirectory, "contexts", treeId),
  mount: (context: HostContext, contentId: string) =>
    join(context.stateDirectory, "mounts", contentId),
  untracked: (context: HostContext, contentId: string) =>
    join(context.stateDirectory, "untracked", contentId),
  contentKey: (context: HostContext) => join(context.stateDirectory, "content-key"),
} as const;
