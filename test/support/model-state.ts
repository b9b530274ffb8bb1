import { NAMES } from "./application";
import { usesData } from "../../plan/application/topologies";
import { assemblyKey } from "../../plan/release/assembly";
import type { ChangeRecord, Facts, Observed, ObservedContainer } from "../../plan/model/observed";
import { type Plan, planFor } from "../../plan/run/plan";
import { adoptableReleases, releasesToAssemble } from "../../plan/release/releases";
import type { Settings } from "../../plan/settings/settings";
import type { StackName } from "../../plan/application/topology";
import type { OneTimeSettings } from "../../plan/model/wanted";
import { serves } from "./model-containers";
import { assembled, GIT, RELEASES, settingsFor } from "./model-settings";
import { ModelBackups, ModelRecords } from "./model-stores";

/** What is on the model's host, and what its application and its people do there without a change. */
export class ModelState {
  readonly volumes = new Map<string, string>();
  protected readonly backups = new ModelBackups(this.volumes);
  protected readonly records = new ModelRecords();
  containers: ObservedContainer[] = [];
  /** Volumes written since the last reset: restores, not the application's own writes. */
  restored: string[] = [];
  /** What the application wrote last, by volume: acknowledged, so never to be lost by a change. */
  readonly acknowledged = new Map<string, string>();
  private counter = 0;
  /** A change has stopped the live side's writers. */
  protected quiet = false;

  get changes(): readonly ChangeRecord[] {
    return this.records.changes;
  }

  /** With the releases that these settings ask for. */
  observed(settings?: Settings): Observed {
    const facts = this.facts();
    const chosen = settings === undefined ? [] : releasesToAssemble(settings, facts);
    const asked = [...chosen, ...adoptableReleases(facts)];
    const more = asked.map((each) => [assemblyKey(each), assembled(each)] as const);
    const releases = { ...RELEASES, ...Object.fromEntries(more) };
    return {
      ...facts,
      releases,
      volumes: [...this.volumes.keys()],
      networks: [],
      drifted: null,
      foreignContainers: [],
      foreignPorts: [],
      changedPaths: [],
    };
  }

  private facts(): Facts {
    const numbers = this.changes.map((change) => change.request.number);
    return {
      application: NAMES,
      containers: this.containers,
      images: [],
      backups: this.backups.summaries,
      recorded: { changes: this.changes, highest: Math.max(0, ...numbers) },
      git: GIT,
      lock: null,
      migrations: null,
    };
  }

  plan(stack: StackName, oneTime: OneTimeSettings = {}, phases: Settings["phases"] = {}): Plan {
    const settings = settingsFor(stack, oneTime, phases);
    return planFor(settings, this.observed(settings));
  }

  /** The application writes to everything that its live side has, as long as an edge serves. */
  write(): void {
    const live = this.changes.findLast(({ state }) => state === "done");
    if (this.quiet || live === undefined || !serves(this.containers, live.request.stack)) return;
    const { volumes, topology } = live.request.wanted;
    for (const name of Object.keys(volumes).filter((each) => usesData(topology, each))) {
      this.counter += 1;
      this.volumes.set(name, `written-${this.counter}`);
      this.acknowledged.set(name, `written-${this.counter}`);
    }
  }

  /** `rollback backup`: what the live side has now. */
  backUp(id: string): void {
    const live = this.changes.findLast(({ state }) => state === "done");
    if (live === undefined) return;
    const { stack, number, wanted } = live.request;
    this.backups.store(id, "preExecution", stack, number, Object.keys(wanted.volumes));
  }

  contentOfBackup(id: string, volume: string): string | undefined {
    return this.backups.contentOf(id, volume);
  }
}
