import type { HostContext } from "../host/context";
import { exportRelease } from "../host/release/export-release";
import { commitRelease } from "../host/release/commit-release";
import type { VerbInputs } from "../plan/run/verbs";

/**
 * Commits a release to its change's branch, so that git keeps it, and exports its build contexts and mounts; what is there
 * already is complete and is left alone.
 */
export async function release(context: HostContext, input: VerbInputs["release"]): Promise<object> {
  context.report(`exporting ${input.release.commit.slice(0, 12)}`);
  await commitRelease(context, {
    number: input.number,
    release: input.release,
    message:
      `Change ${input.number}: ${input.stack} runs ${input.release.commit.slice(0, 12)}` +
      (input.reason === null ? "" : `\n\n${input.reason}`),
    protectedPaths: context.application.protectedPaths,
  });
  await exportRelease(context, input.release);
  return { tree: input.release.tree };
}
