import { type Carrying, carryingOf } from "../../plan/data/carrying";
import type { Service } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";
import { dockerName, type HostContext, type Progress } from "../../host/context";
import { startMissing, waitAnswering } from "../edge/health";
import type { Handover, OpenedWindow } from "../edge/handover";
import { Carrier } from "./carry";
import { type Carried, type CarryNotes, readNotes, writeNotes } from "./notes";
import { withObjectStore } from "../../stores/object-store";
import { fitPasswords } from "./passwords";
import { runningServices, stopServices, writeDownAhead } from "./quiet";

/**
 * The part of a switch in which nobody writes: what the side that is left holds is carried to the one that enters. Each step is
 * noted before it matters, so that a repeated run goes on from there; once the new side may serve nothing is carried again.
 */
export class CarryWindow implements Handover {
  private readonly carrier: Carrier;

  private constructor(
    private readonly context: HostContext,
    private readonly number: number,
    private readonly carrying: Carrying,
    private readonly progress: Progress,
    private noted: CarryNotes,
  ) {
    this.carrier = new Carrier(context, carrying, progress);
  }

  /** The window that a change needs; undefined if it carries nothing. */
  static async of(
    context: HostContext,
    request: ChangeRequest,
    progress: Progress,
  ): Promise<CarryWindow | undefined> {
    const carrying = carryingOf(request);
    if (carrying === undefined) return undefined;
    const noted = await readNotes(context, request.number);
    return new CarryWindow(context, request.number, carrying, progress, noted);
  }

  get carried(): readonly Carried[] {
    return this.noted.carried ?? [];
  }

  /** Those that can be proven before the window: one that was cut off may have left the others' volumes half carried. */
  provable(services: readonly Service[]): readonly Service[] {
    if (this.noted.attempts === 0 || this.noted.carried !== null) return services;
    const { writers, stores } = this.carrying.entering;
    const others = namesOf([...writers, ...stores]);
    return services.filter(({ name }) => !others.has(name));
  }

  /** What the proof of the staged side needs: databases that were seeded from the live side have its passwords. */
  async prepareProof(provable: readonly Service[]): Promise<void> {
    const names = namesOf(provable);
    const stores = this.carrying.entering.stores.filter(({ name }) => names.has(name));
    await waitAnswering(this.context, stores);
    await fitPasswords(this.context, stores, this.progress);
  }

  /** What can be done while the live side serves; the staged side, proven, stops using what is carried. */
  async ahead(): Promise<void> {
    if (this.noted.carried !== null) return;
    const { leaving, entering } = this.carrying;
    if (this.noted.openedAt === null) {
      // Without the live side's store nothing can be read ahead, and nobody is served anyway.
      if (this.stoppedStore === undefined) await this.carrier.ahead();
      await writeDownAhead(this.context, leaving.stores, this.progress);
    }
    await stopServices(this.context, entering.writers);
    await stopServices(this.context, entering.stores);
  }

  async open(edgeLeft: string | undefined, startedBefore: number): Promise<OpenedWindow> {
    const { attempts, openedAt, carried } = this.noted;
    const { writers, stores } = this.carrying.leaving;
    const ran = await runningServices(this.context, [...stores, ...writers]);
    if (openedAt === null) {
      const now = new Date().toISOString();
      await this.note({ attempts: attempts + 1, openedAt: now, ran, edge: edgeLeft ?? null });
    } else if (carried !== null && ran.length > 0 && startedBefore < Date.parse(openedAt)) {
      // Somebody started the old side again after a run was killed here: it may have been written to since.
      this.progress("the side that is left runs again: what was carried is carried anew");
      await this.note({ carried: null });
    }
    this.progress("window: nobody is served until the new edge answers");
    return {
      oldEdge: this.noted.edge ?? edgeLeft,
      openedAt: Date.parse(this.noted.openedAt ?? ""),
    };
  }

  async run(): Promise<void> {
    const { leaving, entering } = this.carrying;
    if (this.noted.carried === null) {
      await stopServices(this.context, [...leaving.writers, ...entering.writers]);
      await stopServices(this.context, [...leaving.stores, ...entering.stores]);
      this.tell("both sides are quiet");
      await this.note({ carried: await this.carry() });
      this.tell("everything is carried and equal");
    }
    await this.start(entering.stores);
    await fitPasswords(this.context, entering.stores, this.progress);
    await this.start(entering.writers);
    this.tell("the side that enters is healthy");
  }

  async served(windowMs: number): Promise<void> {
    await this.note({ windowMs });
  }

  async servedSince(startedAt: number): Promise<number | null> {
    const { windowMs, openedAt } = this.noted;
    if (windowMs !== null || openedAt === null) return windowMs;
    await this.served(startedAt - Date.parse(openedAt));
    return this.noted.windowMs;
  }

  async goBack(serve: () => Promise<void>): Promise<void> {
    // Before anything writes to the old side again: from then on what was carried is old.
    await this.note({ carried: null, windowMs: null });
    const { stores, writers } = this.carrying.leaving;
    const ran = namesOf(this.noted.ran);
    const healthy = namesOf(this.noted.ran.filter((each) => each.healthy));
    const again = (services: readonly Service[]) => services.filter(({ name }) => ran.has(name));
    await startMissing(this.context, again(stores), this.progress);
    // Whoever was ill before must not keep the edge from serving; the request through it proves those that count.
    await waitAnswering(
      this.context,
      stores.filter(({ name }) => healthy.has(name)),
    );
    await startMissing(this.context, again(writers), this.progress);
    await serve();
    await this.note({ openedAt: null, ran: [], edge: null });
  }

  /** An object store of the side that is left whose networks made way: its container cannot run again. */
  private get stoppedStore(): Service | undefined {
    return this.carrying.documents.find(({ storeRuns }) => !storeRuns)?.objectStore;
  }

  private async carry(): Promise<Carried[]> {
    if (this.stoppedStore === undefined) return this.carrier.carry();
    const name = dockerName(this.context, this.stoppedStore.name);
    const stopped = await this.context.docker.getContainer(name).inspect();
    return withObjectStore(this.context, this.carrying, stopped.Image, (client) =>
      new Carrier(this.context, this.carrying, this.progress, client).carry(),
    );
  }

  private tell(what: string): void {
    const openedAt = Date.parse(this.noted.openedAt ?? "");
    this.progress(`window: ${what} after ${Date.now() - openedAt} ms`);
  }

  private async start(services: readonly Service[]): Promise<void> {
    await startMissing(this.context, services, this.progress);
    await waitAnswering(this.context, services);
  }

  private async note(more: Partial<CarryNotes>): Promise<void> {
    this.noted = await writeNotes(this.context, this.number, { ...this.noted, ...more });
  }
}

function namesOf(named: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(named.map(({ name }) => name));
}
