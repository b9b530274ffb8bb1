import { type Sync, syncOf } from "../../plan/data/sync";
import type { Service } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";
import type { HostContext } from "../../host/context";
import { containerOf } from "../../host/docker/containers";
import { startInOrder, startMissing, waitAnswering } from "../edge/health";
import { EDGE_ONLY, type Handover, type OpenedWindow } from "../edge/handover";
import { Syncer, withObjectStore } from "./syncer";
import { type Synced, type SyncNotes, readNotes, writeNotes } from "./notes";
import { fitPasswords } from "./passwords";
import { resumeQuiet, runningServices, stopServices, writeDownAhead } from "./quiet";

/** The handover of a side that is staged, and what can be done for it before the edge moves. */
export interface StagedHandover extends Handover {
  /** What was proven equal; undefined where nothing is synced. */
  readonly synced: readonly Synced[] | undefined;
  /** Those that can be proven before the downtime: one that was cut off may have left the others' volumes half synced. */
  provable(services: readonly Service[]): readonly Service[];
  /** What the proof of the staged side needs: databases that were seeded from the live side have its passwords. */
  prepareProof(provable: readonly Service[]): Promise<void>;
  /** What can be done while the live side serves; the staged side, proven, stops using what is synced. */
  ahead(): Promise<void>;
  /** @throws Error where the new edge runs, but nothing was synced: then it was not started by a run of the change. */
  refuseUnsynced(): void;
}

/** Where a change syncs nothing, only the edge moves. */
export const NOTHING_SYNCED: StagedHandover = {
  ...EDGE_ONLY,
  synced: undefined,
  provable: (services) => services,
  prepareProof: () => Promise.resolve(),
  ahead: () => Promise.resolve(),
  refuseUnsynced: () => undefined,
};

export async function handoverOf(
  context: HostContext,
  request: ChangeRequest,
  bucket: string,
): Promise<StagedHandover> {
  return (await SyncHandover.of(context, request, bucket)) ?? NOTHING_SYNCED;
}

/**
 * The part of a switch in which nobody writes: what the outgoing side holds is synced to the incoming one. Each step is
 * noted before it matters, so that a repeated run goes on from there; once the new side may serve nothing is synced again.
 */
export class SyncHandover implements StagedHandover {
  private readonly syncer: Syncer;

  private constructor(
    private readonly context: HostContext,
    private readonly number: number,
    private readonly syncing: Sync,
    private readonly bucket: string,
    private noted: SyncNotes,
  ) {
    this.syncer = new Syncer(context, syncing, bucket);
  }

  /** The handover that a change needs; undefined if it syncs nothing. */
  static async of(
    context: HostContext,
    request: ChangeRequest,
    bucket: string,
  ): Promise<SyncHandover | undefined> {
    const syncing = syncOf(request);
    if (syncing === undefined) return undefined;
    const noted = await readNotes(context, request.number);
    return new SyncHandover(context, request.number, syncing, bucket, noted);
  }

  get synced(): readonly Synced[] {
    return this.noted.synced ?? [];
  }

  provable(services: readonly Service[]): readonly Service[] {
    if (this.noted.attempts === 0 || this.noted.synced !== null) return services;
    const { writers, stores } = this.syncing.incoming;
    const others = namesOf([...writers, ...stores]);
    return services.filter(({ name }) => !others.has(name));
  }

  async prepareProof(provable: readonly Service[]): Promise<void> {
    const names = namesOf(provable);
    const stores = this.syncing.incoming.stores.filter(({ name }) => names.has(name));
    await waitAnswering(this.context, stores);
    await fitPasswords(this.context, stores);
  }

  async ahead(): Promise<void> {
    if (this.noted.synced !== null) return;
    const { outgoing, incoming } = this.syncing;
    if (this.noted.openedAt === null) {
      // Without the live side's store nothing can be read ahead, and nobody is served anyway.
      if (this.stoppedStore === undefined) await this.syncer.ahead();
      await writeDownAhead(this.context, outgoing.stores);
    }
    await stopServices(this.context, incoming.writers);
    await stopServices(this.context, incoming.stores);
  }

  refuseUnsynced(): void {
    if (this.noted.synced !== null) return;
    throw new Error(
      `the edge of the new side runs, but change ${this.number} has not synced the data to it yet: stop that container, then re-run pulumi up`,
    );
  }

  async open(outgoingEdge: string | undefined, startedBefore: number): Promise<OpenedWindow> {
    const { attempts, openedAt, synced } = this.noted;
    const { writers, stores } = this.syncing.outgoing;
    const ran = await runningServices(this.context, [...stores, ...writers]);
    if (openedAt === null) {
      const now = new Date().toISOString();
      await this.note({ attempts: attempts + 1, openedAt: now, ran, edge: outgoingEdge ?? null });
    } else if (synced !== null && ran.length > 0 && startedBefore < Date.parse(openedAt)) {
      // Somebody started the old side again after a run was killed here: it may have been written to since.
      this.context.report("the outgoing side runs again: what was synced is synced anew");
      await this.note({ synced: null });
    }
    this.context.report("downtime: nobody is served until the new edge answers");
    return {
      oldEdge: this.noted.edge ?? outgoingEdge,
      openedAt: Date.parse(this.noted.openedAt ?? ""),
    };
  }

  async run(): Promise<void> {
    const { outgoing, incoming } = this.syncing;
    if (this.noted.synced === null) {
      await stopServices(this.context, [...outgoing.writers, ...incoming.writers]);
      await stopServices(this.context, [...outgoing.stores, ...incoming.stores]);
      this.tell("both sides are quiet");
      await this.note({ synced: await this.sync() });
      this.tell("everything is synced and equal");
    }
    await this.start(incoming.stores);
    await fitPasswords(this.context, incoming.stores);
    await this.start(incoming.writers);
    this.tell("the incoming side is healthy");
  }

  async served(downtimeMs: number): Promise<void> {
    await this.note({ downtimeMs });
  }

  async servedSince(startedAt: number): Promise<number | null> {
    const { downtimeMs, openedAt } = this.noted;
    if (downtimeMs !== null || openedAt === null) return downtimeMs;
    await this.served(startedAt - Date.parse(openedAt));
    return this.noted.downtimeMs;
  }

  async goBack(serve: () => Promise<void>): Promise<void> {
    // Before anything writes to the old side again: from then on what was synced is old.
    await this.note({ synced: null, downtimeMs: null });
    await resumeQuiet(this.context, this.syncing.outgoing, this.noted.ran)();
    await serve();
    await this.note({ openedAt: null, ran: [], edge: null });
  }

  /** An object store of the outgoing side whose networks were parked: its container cannot run again. */
  private get stoppedStore(): Service | undefined {
    return this.syncing.documents.find(({ storeRuns }) => !storeRuns)?.objectStore;
  }

  private async sync(): Promise<Synced[]> {
    if (this.stoppedStore === undefined) return this.syncer.sync();
    const stopped = await containerOf(this.context, this.stoppedStore).inspect();
    return withObjectStore(this.context, this.syncing, stopped.Image, (client) =>
      new Syncer(this.context, this.syncing, this.bucket, client).sync(),
    );
  }

  private tell(what: string): void {
    const openedAt = Date.parse(this.noted.openedAt ?? "");
    this.context.report(`downtime: ${what} after ${Date.now() - openedAt} ms`);
  }

  private async start(services: readonly Service[]): Promise<void> {
    // What was done once, before data was synced, has to be done on that data too.
    const once = services.filter(({ runsOnce }) => runsOnce);
    await startMissing(this.context, once);
    await startInOrder(this.context, services);
    await waitAnswering(this.context, services);
  }

  private async note(more: Partial<SyncNotes>): Promise<void> {
    this.noted = await writeNotes(this.context, this.number, { ...this.noted, ...more });
  }
}

function namesOf(named: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(named.map(({ name }) => name));
}
