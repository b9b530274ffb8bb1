import { serviceOf } from "../plan/checks/roles";
import type { CheckSettings } from "../plan/checks/settings";
import { assemblyKey } from "../plan/release/assembly";
import { placeOf } from "../plan/application/topologies";
import type { Topology } from "../plan/application/topology";
import { ProblemsError } from "../plan/problem";
import { lastDone, liveMap, liveSide, startedByOthers } from "../plan/model/history";
import type {
  ChangedPath,
  ChangeRecord,
  AssembledRelease,
  Facts,
  Observed,
  Recorded,
} from "../plan/model/observed";
import {
  adoptableReleases,
  knownVolumes,
  liveTopology,
  refsToResolve,
  releasesToAssemble,
} from "../plan/release/releases";
import { verbContext } from "../plan/run/verbs";
import type { Settings } from "../plan/settings/settings";
import { attempt } from "../plan/run/settings-problems";
import type { Release, Wanted } from "../plan/model/wanted";
import type { SealedTexts } from "../plan/application/sealed";
import { sealedTexts } from "../host/release/read-topology";
import { listBackups } from "../backup/format/list";
import { linesOf, query } from "../stores/sql";
import { driftedServices } from "../host/compose/drift";
import { connect } from "../host/connect";
import type { HostContext } from "../host/context";
import { containerOf, foreignContainers, observeContainers } from "../host/docker/containers";
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
  const context = await connectQuietly(settings);
  const facts = await observeFacts(context, {
    refs: (changes) => refsToResolve(settings, changes),
    migrations: settings.checks.migrations,
  });
  const releases = await assembleReleases(context, settings, facts);
  const own = facts.containers.map(({ id }) => id);
  return {
    ...facts,
    releases,
    volumes: (await existingVolumes(context, knownVolumes(facts, releases))).map(placeOf),
    networks: await networkNames(context),
    drifted: await drifted(context, facts),
    foreignContainers: await foreignContainers(context, own),
    foreignPorts: await foreignPorts(context, hostPorts(releases), own),
    changedPaths: await changes(context, facts, Object.values(releases)[0]?.release),
  };
}

/** A preview shows what is read, and nothing of the reading. */
async function connectQuietly(settings: Settings): Promise<HostContext> {
  return connect(verbContext(settings), attempt(settings, undefined), () => undefined);
}

/** What the texts that a map's topology has sealed stand for. */
export async function readSealedTexts(
  settings: Settings,
  { releases }: Observed,
  wanted: Wanted,
): Promise<SealedTexts> {
  const assembled = Object.values(releases).find(
    ({ release, untracked }) =>
      release.tree === wanted.release.tree && untracked === wanted.untracked.contentId,
  );
  if (assembled !== undefined) return assembled.texts;
  const context = await connectQuietly(settings);
  return sealedTexts(context, settings, wanted);
}

/** What `observeFacts` looks up beside what is always of interest. */
export interface Questions {
  /** Names of commits, given the records. */
  readonly refs: (changes: readonly ChangeRecord[]) => readonly string[];
  /** How to ask the live side's database for its migrations; unset: it is not asked. */
  readonly migrations?: CheckSettings["migrations"];
}

/** Everything but releases; `rollback` reads the same facts as a run of Pulumi does. */
export async function observeFacts(context: HostContext, questions: Questions): Promise<Facts> {
  const changes = await readRecorded(context);
  const [containers, images, backups, git, lock] = await Promise.all([
    observeContainers(context),
    imageNames(context.docker),
    listBackups(context),
    observeGit(context, {
      refs: questions.refs(changes),
      untrackedPaths: context.application.untrackedPaths,
    }),
    readLock(context),
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
    images,
    backups,
    recorded,
    git,
    lock,
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
  const assembled: Record<string, AssembledRelease> = {};
  for (const assembly of releasesToAssemble(settings, facts)) {
    assembled[assemblyKey(assembly)] ??= await assembleWanted(context, settings, assembly);
  }
  return assembleAdoptable(context, settings, facts, assembled);
}

/** Together with `known`. Of a release that Compose refuses nothing runs; only of what may be live the work tree's has to be read. */
async function assembleAdoptable(
  context: HostContext,
  settings: Settings,
  facts: Facts,
  known: Readonly<Record<string, AssembledRelease>> = {},
): Promise<Record<string, AssembledRelease>> {
  const assembled = { ...known };
  for (const assembly of adoptableReleases(facts)) {
    const key = assemblyKey(assembly);
    try {
      assembled[key] ??= await assembleWanted(context, settings, assembly);
    } catch (error) {
      const isNeeded = liveSide(facts) !== null && assembly.commit === facts.git.head;
      if (isNeeded || !(error instanceof ProblemsError)) throw error;
    }
  }
  return assembled;
}

/** The live side's topology as the commands for people need it; null where nothing is live. */
export async function observeLiveTopology(
  context: HostContext,
  settings: Settings,
  facts: Facts,
): Promise<Topology | null> {
  if (liveSide(facts) === null) return null;
  return liveTopology({ ...facts, releases: await assembleAdoptable(context, settings, facts) });
}

/** Every map of this host that is known, the newest last: those of records, or that of a live side which none knows. */
export async function observeMaps(
  context: HostContext,
  settings: Settings,
): Promise<readonly Pick<Wanted, "topology" | "images">[]> {
  const facts = await observeFacts(context, { refs: () => [] });
  const recorded = facts.recorded.changes.map(({ request }) => request.wanted);
  if (recorded.length > 0) return recorded;
  const topology = await observeLiveTopology(context, settings, facts);
  if (topology === null) return [];
  const references = topology.services.flatMap(({ name, image }) =>
    image.kind === "registry" ? [[name, image.reference] as const] : [],
  );
  return [{ topology, images: Object.fromEntries(references) }];
}

/** Asked of Compose alone, for what it has started. */
async function drifted(context: HostContext, facts: Facts): Promise<readonly string[] | null> {
  const side = liveSide(facts);
  return side !== null && startedByOthers(facts, side)
    ? driftedServices(context, facts.containers)
    : null;
}

async function networkNames({ docker }: HostContext): Promise<readonly string[]> {
  return (await docker.listNetworks()).map(({ Name }) => Name);
}

function hostPorts(releases: Readonly<Record<string, AssembledRelease>>): readonly number[] {
  const services = Object.values(releases).flatMap(({ topology }) => topology.services);
  return [...new Set(services.flatMap(({ ports }) => ports.map(({ host }) => host)))];
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
