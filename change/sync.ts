import { syncInPlace } from "./sync/in-place";
import type { HostContext } from "../host/context";
import { holdLock } from "./lock/hold";
import { runStep } from "./records/run-step";
import type { VerbInputs } from "../plan/run/verbs";
import { requireChange } from "./records/change";

/** Syncs the live side's data into the volumes that a flag brings in, while nobody writes (document: phases 3 and 7). */
export async function sync(
  context: HostContext,
  { number, bucket }: VerbInputs["sync"],
): Promise<object> {
  const { request } = await requireChange(context, number);
  const step = { number, name: "sync", trigger: [number] };
  return runStep(context, step, async () => {
    await holdLock(context);
    const synced = await syncInPlace(context, request, bucket);
    return { synced: synced.map(({ from, to, files, bytes }) => ({ from, to, files, bytes })) };
  });
}
