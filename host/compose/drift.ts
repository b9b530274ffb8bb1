import type { ObservedContainer } from "../../plan/model/observed";
import type { HostContext } from "../context";
import { findCompose, inputArguments, runCompose } from "./cli";

/**
 * Services whose containers Compose would replace: they were started from something else than what the work tree's Compose files say now.
 * Null where Compose cannot tell.
 */
export async function driftedServices(
  context: HostContext,
  containers: readonly ObservedContainer[],
): Promise<readonly string[] | null> {
  const wanted = await wantedHashes(context).catch(() => null);
  if (wanted === null) return null;
  const running = new Map(containers.map(({ name, configHash }) => [name, configHash]));
  return [...wanted]
    .filter(([service, hash]) => running.get(service) !== hash)
    .map(([service]) => service);
}

/** What Compose itself compares, by service. */
async function wantedHashes({
  repository,
  compose,
}: HostContext): Promise<ReadonlyMap<string, string>> {
  const argv = [...inputArguments(repository, compose), "config", "--hash", "*"];
  const printed = await runCompose(await findCompose(), argv, { folder: repository });
  const lines = printed.trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [service = "", hash = ""] = line.split(" ");
      return [service, hash];
    }),
  );
}
