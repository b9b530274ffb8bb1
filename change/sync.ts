import { syncInPlace } from "./sync/in-place";
import type { HostContext, Progress } from "../host/context";
import { holdLock } from "./lock/hold";
import { runStep } from "./records/run-step";
import type { ChangeRequest } from "../plan/model/wanted";

/** Syncs the live side's data into the volumes that a flag brings in, while nobody writes (document: phases 3 and 7). */
export async function sync(
  context: HostContext,
  input: { readonly request: ChangeRequest; readonly minioImage: string },
  progress: Progress,
): Promise<object> {
  const { request, minioImage } = input;
  const step = { number: request.number, name: "sync", trigger: [request.number] };
  return runStep(context, step, progress, async () => {
    await holdLock(context);
    const synced = await syncInPlace(context, request, minioImage, progress);
    return { synced: synced.map(({ from, to, files, bytes }) => ({ from, to, files, bytes })) };
  });
}
