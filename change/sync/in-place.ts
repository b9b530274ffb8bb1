import { type Sync, syncOf } from "../../plan/data/sync";
import { displacedBy } from "../../plan/staging/park";
import type { Service } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";
import type { HostContext } from "../../host/context";
import { waitAnswering } from "../edge/health";
import { Syncer, withObjectStore } from "./syncer";
import { storeOf } from "../../stores/stores";
import { resumeAfter } from "../../host/docker/stop";
import { fitPasswords } from "./passwords";
import { type Synced, readNotes, writeNotes } from "./notes";
import { resumeQuiet, runningServices, stopServices, writeDownAhead } from "./quiet";

/**
 * Syncs what a change of the live side needs from the volumes that it leaves to those that it brings in, before Pulumi replaces the
 * containers (document: phases 3 and 7), and stops last what else may not run beside them. The writers stay stopped: the downtime ends
 * when the new containers serve. If syncing fails, what ran runs again.
 */
export async function syncInPlace(
  context: HostContext,
  request: ChangeRequest,
  bucket: string,
): Promise<readonly Synced[]> {
  const syncing = syncOf(request);
  const synced = syncing === undefined ? [] : await syncAll(context, request, syncing, bucket);
  const displaced = displacedBy(request);
  for (const { name } of displaced)
    context.report(`stopping ${name}: another one takes its volume over`);
  await stopServices(context, displaced);
  return synced;
}

async function syncAll(
  context: HostContext,
  { number, objectStoreImage }: ChangeRequest,
  syncing: Sync,
  bucket: string,
): Promise<readonly Synced[]> {
  return withObjectStore(context, syncing, objectStoreImage, async (client) => {
    const syncer = new Syncer(context, syncing, bucket, client);
    await syncer.ahead();
    await writeDownAhead(context, syncing.outgoing.stores);
    return quietly(context, number, syncing, syncer);
  });
}

/** Databases follow the secrets that the release has now, which phase 4 may have taken back. */
export async function fitStores(context: HostContext, services: readonly Service[]): Promise<void> {
  const databases = services.filter((service) => storeOf(service)?.fitCredentials !== undefined);
  await waitAnswering(context, databases);
  await fitPasswords(context, databases);
}

/** How long nobody could write, and what was synced meanwhile; the new containers serve. */
export async function closeInPlace(
  context: HostContext,
  number: number,
): Promise<{ readonly downtimeMs?: number; readonly synced?: readonly Synced[] }> {
  const noted = await readNotes(context, number);
  if (noted.openedAt === null || noted.synced === null) return {};
  const downtimeMs = noted.downtimeMs ?? Date.now() - Date.parse(noted.openedAt);
  await writeNotes(context, number, { ...noted, downtimeMs });
  return { downtimeMs, synced: noted.synced };
}

async function quietly(
  context: HostContext,
  number: number,
  { outgoing }: Sync,
  syncer: Syncer,
): Promise<readonly Synced[]> {
  const noted = await readNotes(context, number);
  const running = await runningServices(context, [...outgoing.stores, ...outgoing.writers]);
  // A run that was killed in its downtime has stopped them already.
  const ran = noted.openedAt === null ? running : noted.ran;
  const openedAt = noted.openedAt ?? new Date().toISOString();
  const attempts = noted.attempts + 1;
  await writeNotes(context, number, { ...noted, attempts, openedAt, ran, synced: null });
  context.report("downtime: nobody can write until the containers are replaced");
  try {
    await stopServices(context, outgoing.writers);
    await stopServices(context, outgoing.stores);
    const synced = await syncer.sync();
    await writeNotes(context, number, { ...noted, attempts, openedAt, ran, synced });
    return synced;
  } catch (error) {
    await resumeAfter(error, async () => {
      await resumeQuiet(context, outgoing, ran)();
      const now = await readNotes(context, number);
      await writeNotes(context, number, { ...now, openedAt: null, ran: [], synced: null });
      context.report("the live side serves again as it was");
    });
    throw error;
  }
}
