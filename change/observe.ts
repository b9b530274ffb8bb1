import { serviceOf } from "../plan/checks/roles";
import type { CheckSettings } from "../plan/checks/settings";
import { assemblyKey } from "../plan/release/assembly";
import { lastDone, liveMap, liveSide } from "../plan/model/history";
import type {
  ChangedPath,
  ChangeRecord,
  AssembledRelease,
  Facts,
  Observed,
  Recorded,
} from "../plan/model/observed";
import { refsToResolve, releasesToAssemble } from "../plan/release/releases";
import { verbContext } from "../plan/run/verbs";
import type { Settings } from "../plan/settings/settings";
import { attempt } from "../plan/run/settings-problems";
import type { Release } from "../plan/model/wanted";
import { listBackups } from "../backup/format/list";
import { linesOf, query } from "../stores/sql";
import { connect } from "../host/connect";
import type { HostContext } from "../host/context";
import { containerOf, observeContainers } from "../host/docker/containers";
import { imageNames } from "../host/docker/images";
import { foreignPorts } from "../host/docker/ports";
import { changedPaths } from "../host/git/changed-paths";
import { assembleWanted } from "../host/release/assemble-wanted";
import { observeGit } from "../host/release/observe";
import { readLock } from "./lock/lock";
import { readRecorded } from "./records/read";
import { existingVolumes } from "../backup/volumes/existing";

/** Reads Docker, git, backups and records once; decides nothing and changes nothing (git objects are only added). */
export async function observe(settings: Settings): Promise<Observed> {
  const context = await connect(
    verbContext(settings),
    attempt(settings, undefined),
    () => undefined,
  );
  const facts = await observeFacts(context, {
    refs: (changes) => refsToResolve(settings, changes),
    ports: Object.values(settings.ports),
    migrations: settings.checks.migrations,
  });
  const releases = await assembleReleases(context, settings, facts);
  return {
    ...facts,
    releases,
    changedPaths: await changes(context, facts, Object.values(releases)[0]?.release),
  };
}

/** What `observeFacts` looks up beside what is always of interest. */
export interface Questions {
  /** Names of commits, given the records. */
  readonly refs: (changes: readonly ChangeRecord[]) => readonly string[];
  /** Host ports that may be taken. */
  readonly ports: readonly number[];
  /** How to ask the live side's database for its migrations; unset: it is not asked. */
  readonly migrations?: CheckSettings["migrations"];
}

/** Everything but releases; `rollback` reads the same facts as a run of Pulumi does. */
export async function observeFacts(context: HostContext, questions: Questions): Promise<Facts> {
  const changes = await readRecorded(context);
  const [containers, volumes, images, backups, git, lock, ports] = await Promise.all([
    observeContainers(context),
    existingVolumes(context, context.application.stores),
    imageNames(context.docker),
    listBackups(context),
    observeGit(context, {
      refs: questions.refs(changes),
      untrackedPaths: context.application.untrackedPaths,
    }),
    readLock(context),
    foreignPorts(context, questions.ports),
  ]);
  const recorded: Recorded = {
    changes,
    highest: Math.max(
      0,
      ...changes.map((change) => change.request.number),
      ...git.rollbackBranches.map((branch) => branch.number),
      ...backups.map((backup) => backup.afterChange),
      ...backups.map((backup) => changeOfBackup(backup.id)),
    ),
  };
  const { application } = context;
  const facts = {
    application,
    containers,
    volumes,
    images,
    backups,
    recorded,
    git,
    lock,
    foreignPorts: ports,
  };
  const asked = { ...facts, migrations: null };
  return { ...facts, migrations: await appliedMigrations(context, asked, questions.migrations) };
}

/** Migrations that the live side's database has; null where it is not asked, or does not answer. */
async function appliedMigrations(
  context: HostContext,
  facts: Facts,
  settings: CheckSettings["migrations"],
): Promise<readonly string[] | null> {
  const live = liveMap(facts);
  if (settings === undefined || live === undefined) return null;
  const database = serviceOf(live.wanted.topology, "database");
  const runs = facts.containers.some(({ name, running }) => name === database?.name && running);
  if (database === undefined || !runs) return null;
  return query(containerOf(context, database), settings.query).then(linesOf, () => null);
}

/** Snapshots carry the number of the change that made them; a number is never used twice. */
function changeOfBackup(id: string): number {
  return Number(/^(?:safety|change)-(\d+)$/.exec(id)?.[1] ?? 0);
}

async function assembleReleases(
  context: HostContext,
  settings: Settings,
  facts: Facts,
): Promise<Record<string, AssembledRelease>> {
  const suffix = settings.checks.migrations?.suffix ?? ".sql";
  const assembled: Record<string, AssembledRelease> = {};
  for (const assembly of releasesToAssemble(settings, facts)) {
    assembled[assemblyKey(assembly)] ??= await assembleWanted(context, assembly, suffix);
  }
  return assembled;
}

async function changes(
  context: HostContext,
  facts: Facts,
  wanted: Release | undefined,
): Promise<readonly ChangedPath[]> {
  const live = liveMap(facts)?.wanted.release ?? lastDone(facts.recorded)?.request.wanted.release;
  if (live === undefined || wanted === undefined || liveSide(facts) === null) return [];
  return changedPaths(context, live.tree, wanted.tree);
}
