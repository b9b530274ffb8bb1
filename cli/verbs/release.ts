import type { HostContext, Progress } from "../../host/context";
import { exportRelease } from "../../host/git/export-release";
import type { Release } from "../../plan/wanted";

/** Exports the build contexts and mounts of a release; what is there already is complete and is left alone. */
export async function release(
  context: HostContext,
  input: { readonly release: Release },
  progress: Progress,
): Promise<object> {
  progress(`exporting ${input.release.commit.slice(0, 12)}`);
  await exportRelease(context, input.release);
  return { tree: input.release.tree };
}
