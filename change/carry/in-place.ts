import { type Carrying, carryingOf } from "../../plan/data/carrying";
import { displacedBy } from "../../plan/staging/standing-down";
import type { Service } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";
import type { HostContext, Progress } from "../../host/context";
import { startMissing, waitAnswering } from "../edge/health";
import { Carrier } from "./carry";
import { withObjectStore } from "../../stores/object-store";
import { fitPasswords } from "./passwords";
import { type Carried, readNotes, writeNotes } from "./notes";
import { runningServices, stopServices, writeDownAhead } from "./quiet";

/**
 * Carries what a change of the live side needs from the volumes that it leaves to those that it brings in, before Pulumi replaces the
 * containers (document: phases 3 and 7), and stops last what else may not run beside them. The writers stay stopped: the window ends
 * when the new containers serve. If carrying fails, what ran runs again.
 */
export async function carryInPlace(
  context: HostContext,
  request: ChangeRequest,
  minioImage: string,
  progress: Progress,
): Promise<readonly Carried[]> {
  const carrying = carryingOf(request);
  const carried =
    carrying === undefined ? [] : await carryAll(context, request, carrying, minioImage, progress);
  const displaced = displacedBy(request);
  for (const { name } of displaced) progress(`stopping ${name}: another one takes its volume over`);
  await stopServices(context, displaced);
  return carried;
}

async function carryAll(
  context: HostContext,
  { number }: ChangeRequest,
  carrying: Carrying,
  minioImage: string,
  progress: Progress,
): Promise<readonly Carried[]> {
  return withObjectStore(context, carrying, minioImage, async (client) => {
    const carrier = new Carrier(context, carrying, progress, client);
    await carrier.ahead();
    await writeDownAhead(context, carrying.leaving.stores, progress);
    return quietly(context, number, carrying, carrier, progress);
  });
}

/** Databases follow the secrets that the release has now, which phase 4 may have taken back. */
export async function fitStores(
  context: HostContext,
  services: readonly Service[],
  progress: Progress,
): Promise<void> {
  const databases = services.filter(({ environment }) => "POSTGRES_PASSWORD_FILE" in environment);
  await waitAnswering(context, databases);
  await fitPasswords(context, databases, progress);
}

/** How long nobody could write, and what was carried meanwhile; the new containers serve. */
export async function closeInPlace(
  context: HostContext,
  number: number,
): Promise<{ readonly windowMs?: number; readonly carried?: readonly Carried[] }> {
  const noted = await readNotes(context, number);
  if (noted.openedAt === null || noted.carried === null) return {};
  const windowMs = noted.windowMs ?? Date.now() - Date.parse(noted.openedAt);
  await writeNotes(context, number, { ...noted, windowMs });
  return { windowMs, carried: noted.carried };
}

async function quietly(
  context: HostContext,
  number: number,
  { leaving }: Carrying,
  carrier: Carrier,
  progress: Progress,
): Promise<readonly Carried[]> {
  const noted = await readNotes(context, number);
  const running = await runningServices(context, [...leaving.stores, ...leaving.writers]);
  // A run that was killed in its window has stopped them already.
  const ran = noted.openedAt === null ? running : noted.ran;
  const openedAt = noted.openedAt ?? new Date().toISOString();
  const attempts = noted.attempts + 1;
  await writeNotes(context, number, { ...noted, attempts, openedAt, ran, carried: null });
  progress("window: nobody can write until the containers are replaced");
  try {
    await stopServices(context, leaving.writers);
    await stopServices(context, leaving.stores);
    const carried = await carrier.carry();
    await writeNotes(context, number, { ...noted, attempts, openedAt, ran, carried });
    return carried;
  } catch (error) {
    await goBack(context, number, { leaving }, error, progress);
    throw error;
  }
}

async function goBack(
  context: HostContext,
  number: number,
  { leaving }: Pick<Carrying, "leaving">,
  reason: unknown,
  progress: Progress,
): Promise<void> {
  const noted = await readNotes(context, number);
  const names = new Set(noted.ran.map(({ name }) => name));
  const ran = [...leaving.stores, ...leaving.writers].filter(({ name }) => names.has(name));
  try {
    await startMissing(context, ran, progress);
  } catch (error) {
    throw new AggregateError(
      [reason, error],
      `${String(reason)}; and what ran could not be started again: ${String(error)}`,
    );
  }
  await writeNotes(context, number, { ...noted, openedAt: null, ran: [], carried: null });
  progress("the live side serves again as it was");
}
