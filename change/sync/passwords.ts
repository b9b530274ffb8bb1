import type { Service } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { containerOf } from "../../host/docker/containers";
import { storeOf } from "../../stores/stores";

/**
 * A synced database comes with the password of the outgoing side, which may have been rotated since the incoming side was
 * live. That side's services have the password of its own secrets, so its database gets that one; only where they differ.
 */
export async function fitPasswords(
  context: HostContext,
  stores: readonly Service[],
): Promise<void> {
  await Promise.all(
    stores.map(async (service) => {
      const fitted = await storeOf(service)?.fitCredentials?.(containerOf(context, service));
      if (fitted !== true) return;
      context.report(
        `${service.name}: synced with another password than this side's secrets have; it got theirs`,
      );
    }),
  );
}
