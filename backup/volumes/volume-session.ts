import { randomUUID } from "node:crypto";
import { messageOf } from "../../plan/problem";
import type { HostContext } from "../../host/context";
import type { HelperMount } from "../../host/docker/helper";
import { openSession, type Session } from "../../host/docker/session";
import { EXCHANGE, VOLUME_COMMANDS } from "./commands";
import { makeExchangeFolder, removeExchangeFolder } from "./exchange-folder";

/** A helper that has volumes mounted, knows the commands of `commands.ts` and shares a folder with this process. */
export interface VolumeSession extends Session {
  /** The shared folder, absolute on this host. */
  readonly folder: string;
}

/** Starts a helper for everything that is done with some volumes; `end` has to be called. */
export async function openVolumeSession(
  context: HostContext,
  purpose: string,
  mounts: readonly HelperMount[],
): Promise<VolumeSession> {
  const folder = await makeExchangeFolder(context);
  const exchange = { type: "bind", source: folder, target: EXCHANGE, readOnly: false } as const;
  const settings = { purpose, commands: VOLUME_COMMANDS, mounts: [...mounts, exchange] };
  try {
    const session = await openSession(context, settings);
    return {
      folder,
      run: (command, ...values) => session.run(command, ...values),
      end: () => session.end().finally(() => removeExchangeFolder(folder)),
    };
  } catch (error) {
    await removeExchangeFolder(folder);
    throw error;
  }
}

/** Lets `work` use a session, and ends it whatever happens. */
export async function withVolumeSession<T>(
  context: HostContext,
  purpose: string,
  mounts: readonly HelperMount[],
  work: (session: VolumeSession) => Promise<T>,
): Promise<T> {
  const session = await openVolumeSession(context, purpose, mounts);
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}

/** A name in the shared folder that nothing else has. */
export function freshName(): string {
  return randomUUID();
}

/**
 * Waits for things that depend on each other, such as both ends of a pipe. When one fails, `release` has to make the others
 * end; then all that went wrong is told, because what fails first is often only a consequence.
 */
export async function together(
  parts: readonly Promise<unknown>[],
  release: () => Promise<void>,
): Promise<void> {
  try {
    await Promise.all(parts);
  } catch {
    await release();
    const settled = await Promise.allSettled(parts);
    const failures = settled.flatMap((part) =>
      part.status === "rejected" ? [part.reason as unknown] : [],
    );
    throw joinedError(failures);
  }
  await release();
}

function joinedError(failures: readonly unknown[]): Error {
  const [first] = failures;
  if (failures.length === 1 && first instanceof Error) return first;
  const texts = failures.map((failure) => messageOf(failure));
  return new AggregateError(failures, [...new Set(texts)].join("; "));
}
