import { carryInPlace } from "./carry/in-place";
import type { HostContext, Progress } from "../host/context";
import { holdLock } from "./lock/hold";
import { runStep } from "./records/run-step";
import type { ChangeRequest } from "../plan/model/wanted";

/** Carries the live side's data into the volumes that a flag brings in, while nobody writes (document: phases 3 and 7). */
export async function carry(
  context: HostContext,
  input: { readonly request: ChangeRequest; readonly minioImage: string },
  progress: Progress,
): Promise<object> {
  const { request, minioImage } = input;
  const step = { number: request.number, name: "carry", trigger: [request.number] };
  return runStep(context, step, progress, async () => {
    await holdLock(context);
    const carried = await carryInPlace(context, request, minioImage, progress);
    return { carried: carried.map(({ from, to, files, bytes }) => ({ from, to, files, bytes })) };
  });
}
